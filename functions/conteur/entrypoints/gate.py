"""What every call passes once its caller is known: the instance's memory, and their account."""

from collections.abc import Callable
from dataclasses import dataclass

from conteur.domain.identity import Identity
from conteur.domain.quota import Tier
from conteur.entrypoints.callable import Call


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets calls through. `check_memory` and `check_account` raise why one may not pass."""

    check_memory: Callable[[], None]
    check_account: Callable[[Identity], Tier]

    def __call__(self, call: Call) -> Tier:
        """Return how well the caller is known.

        Raises ShortMemoryError, TokenRevokedError or UserBlockedError.
        """
        self.check_memory()
        caller = call.caller
        return self.check_account(Identity(caller.uid, caller.provider, caller.signed_in))
