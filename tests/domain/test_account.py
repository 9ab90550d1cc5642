"""What an account says against its user."""

from datetime import UTC, datetime, timedelta

import pytest

from conteur.domain.account import Account, account_refusal, is_new
from conteur.domain.identity import Identity
from conteur.errors import TokenRevokedError, UserBlockedError

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def signed_in(seconds: float) -> Identity:
    """Return a user whose session began so many seconds after NOW."""
    return Identity("alice", "password", NOW.timestamp() + seconds)


def test_a_good_account() -> None:
    """An account of which nothing is known speaks against nobody."""
    assert account_refusal(Account(), signed_in(0)) is None


@pytest.mark.parametrize(("seconds", "is_refused"), [(-3600, True), (-2, True), (-1, False)])
def test_sessions_that_were_ended(seconds: float, *, is_refused: bool) -> None:
    """A session is ended that began before, by more than the second that is cut off."""
    refusal = account_refusal(Account(valid_after=NOW), signed_in(seconds))
    assert isinstance(refusal, TokenRevokedError) is is_refused


def test_an_unknown_session() -> None:
    """A session of which nobody knows when it began is taken to be ended."""
    account = Account(valid_after=NOW)
    assert isinstance(account_refusal(account, Identity("alice", "x")), TokenRevokedError)


def test_a_deleted_account() -> None:
    """The session of an account that was deleted is over, blocked or not."""
    account = Account(exists=False, blocked=True)
    assert isinstance(account_refusal(account, signed_in(0)), TokenRevokedError)


def test_a_blocked_account() -> None:
    """A blocked user is told so, unless signing in again is what comes first."""
    blocked = Account(blocked=True, valid_after=NOW)
    assert isinstance(account_refusal(blocked, signed_in(0)), UserBlockedError)
    assert isinstance(account_refusal(blocked, signed_in(-60)), TokenRevokedError)


def test_a_new_account() -> None:
    """An account is new for so many hours, and none is where there are none or no date."""
    account = Account(created=NOW - timedelta(hours=2))
    assert [is_new(account, hours, NOW) for hours in (0, 2, 2.1)] == [False, False, True]
    assert not is_new(Account(), 24, NOW)
