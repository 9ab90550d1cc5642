"""Who passes once they are known."""

from collections.abc import Callable

import pytest

from conteur.domain.identity import Identity
from conteur.domain.quota import Tier
from conteur.entrypoints.callable import Call, Caller
from conteur.entrypoints.gate import Gate
from conteur.errors import ConteurError, ShortMemoryError, TokenRevokedError, UserBlockedError
from tests.fakes import FakeCancellation

CALL = Call(
    data=None,
    caller=Caller("alice", "password", signed_in=7.0),
    request_id="id",
    received=0.0,
    queued=0.0,
    cancellation=FakeCancellation(),
)


def refuses(error: ConteurError) -> Callable[[Identity], Tier]:
    def check(_identity: Identity) -> Tier:
        raise error

    return check


def test_a_caller_is_looked_at() -> None:
    """The account is asked about with the moment in which the token's session began."""
    seen: list[Identity] = []

    def check(identity: Identity) -> Tier:
        seen.append(identity)
        return Tier.NEW

    assert Gate(lambda: None, check)(CALL) is Tier.NEW
    assert seen == [Identity("alice", "password", 7.0)]


def test_memory_comes_first() -> None:
    """An instance that is short of memory looks at nobody's account."""

    def short() -> None:
        raise ShortMemoryError("short")

    with pytest.raises(ShortMemoryError):
        Gate(short, refuses(UserBlockedError("blocked")))(CALL)


@pytest.mark.parametrize("error", [UserBlockedError("blocked"), TokenRevokedError("revoked")])
def test_who_may_not_call(error: ConteurError) -> None:
    """A blocked user and an ended session do not pass."""
    with pytest.raises(type(error)):
        Gate(lambda: None, refuses(error))(CALL)


def test_blocked_users_and_their_data() -> None:
    """Where it is about their own data a blocked user passes; an ended session never does."""
    blocked = refuses(UserBlockedError("blocked"))
    assert Gate(lambda: None, blocked, lets_blocked_in=True)(CALL) is Tier.SIGNED_IN
    with pytest.raises(TokenRevokedError):
        Gate(lambda: None, refuses(TokenRevokedError("ended")), lets_blocked_in=True)(CALL)
