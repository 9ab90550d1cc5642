"""Check an account: whether its user may call, and how well they are known."""

from dataclasses import dataclass

from conteur.domain.identity import Identity
from conteur.domain.quota import Tier

ANONYMOUS = "anonymous"  # as Firebase names the sign-in of a user who gave no name


@dataclass(frozen=True, slots=True)
class CheckAccount:
    """The use case."""

    def __call__(self, identity: Identity) -> Tier:
        """Return how well the user is known. Raises TokenRevokedError or UserBlockedError."""
        return Tier.ANONYMOUS if identity.provider == ANONYMOUS else Tier.SIGNED_IN
