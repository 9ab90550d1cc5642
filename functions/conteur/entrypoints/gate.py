"""What every call passes once its caller is known: the instance's memory, and their account."""

from collections.abc import Callable
from dataclasses import dataclass

from conteur.domain.identity import Identity
from conteur.domain.quota import Tier
from conteur.entrypoints.callable import Call
from conteur.errors import UserBlockedError


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets calls through. `check_memory` and `check_account` raise why one may not pass.

    With `lets_blocked_in` a blocked user passes: what is kept of them is theirs all the same.
    """

    check_memory: Callable[[], None]
    check_account: Callable[[Identity], Tier]
    lets_blocked_in: bool = False

    def __call__(self, call: Call) -> Tier:
        """Return how well the caller is known.

        Raises ShortMemoryError, TokenRevokedError or UserBlockedError.
        """
        self.check_memory()
        caller = call.caller
        try:
            return self.check_account(Identity(caller.uid, caller.provider, caller.signed_in))
        except UserBlockedError:
            if self.lets_blocked_in:
                return Tier.SIGNED_IN
            raise
