"""Whether a user may call, and how well they are known."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from conteur.domain.account import Account
from conteur.domain.identity import Identity
from conteur.domain.quota import Tier
from conteur.errors import AuthUnavailableError, TokenRevokedError, UserBlockedError
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.guard_metrics import ACCOUNT_LOOKUPS
from conteur.use_cases.check_account import (
    GIVEN_UP_SECONDS,
    GOOD_SECONDS,
    MOST_USERS,
    RENEWED_AFTER_SECONDS,
    REST_SECONDS,
    RETRY_SECONDS,
    CheckAccount,
)
from conteur.use_cases.guard_ports import Accounts
from tests.fakes import FakeClock
from tests.guard_fakes import FakeAccounts

DOWN = AuthUnavailableError("out of reach")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
GOOD = Account(created=LONG_AGO, valid_after=LONG_AGO)
BLOCKED = replace(GOOD, blocked=True)


class World:
    """One instance, and the users who call it; `background` are the actions not yet run."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.accounts = FakeAccounts()
        self.meter = Aggregate()
        self.background: list[Callable[[], None]] = []
        self.check = self.checking(self.accounts)
        self.began = self.clock.now()

    def checking(self, accounts: Accounts | None) -> CheckAccount:
        return CheckAccount(accounts, 24, self.clock, self.background.append, self.meter)

    def user(self, uid: str = "alice", provider: str = "password") -> Identity:
        """Return a user whose session began an hour before the test."""
        return Identity(uid, provider, self.began.timestamp() - 3600)

    def signed_in_now(self, uid: str = "alice") -> Identity:
        return Identity(uid, "password", self.clock.now().timestamp())

    def call(self, uid: str = "alice") -> Tier:
        return self.check(self.user(uid))

    def lookups(self) -> dict[str, object]:
        series = self.meter.snapshot().series
        return {s.labels[0]: s.value for s in series if s.metric is ACCOUNT_LOOKUPS and s.value}


@pytest.fixture
def world() -> World:
    return World()


def test_without_look_ups(world: World) -> None:
    """Where accounts are not looked up, the way to sign in tells how well a user is known."""
    check = world.checking(None)
    assert check(world.user()) is Tier.SIGNED_IN
    assert check(world.user(provider="anonymous")) is Tier.ANONYMOUS
    assert world.lookups() == {}


@pytest.mark.parametrize(
    ("account", "provider", "tier", "result"),
    [
        (GOOD, "password", Tier.SIGNED_IN, "good"),
        (GOOD, "anonymous", Tier.ANONYMOUS, "good"),
        (Account(created=datetime(2026, 1, 1, tzinfo=UTC)), "password", Tier.NEW, "new"),
        (Account(created=datetime(2026, 1, 1, tzinfo=UTC)), "anonymous", Tier.ANONYMOUS, "good"),
        (Account(), "password", Tier.SIGNED_IN, "good"),
    ],
)
def test_how_well_a_user_is_known(
    world: World, account: Account, provider: str, tier: Tier, result: str
) -> None:
    """A user may be anonymous, or else new, or else well known."""
    world.accounts.accounts["alice"] = account
    assert world.check(world.user(provider=provider)) is tier
    assert world.lookups() == {result: 1}


@pytest.mark.parametrize(
    ("account", "error", "result"),
    [
        (Account(exists=False), TokenRevokedError, "revoked"),
        (replace(GOOD, valid_after=datetime(2027, 1, 1, tzinfo=UTC)), TokenRevokedError, "revoked"),
        (BLOCKED, UserBlockedError, "blocked"),
    ],
)
def test_who_may_not_call(
    world: World, account: Account, error: type[Exception], result: str
) -> None:
    """Deleted, signed out and blocked users are refused, also by the answer that is kept."""
    world.accounts.accounts["alice"] = account
    for _ in range(3):
        with pytest.raises(error):
            world.call()
    assert (world.accounts.asked, world.lookups()) == (["alice"], {result: 1})


def test_an_account_ages_while_it_is_kept(world: World) -> None:
    """A kept account is new until it is old enough, not until it is looked up again."""
    made = world.clock.now() - timedelta(hours=24) + timedelta(seconds=60)
    world.accounts.accounts["alice"] = Account(created=made)
    assert world.call() is Tier.NEW
    world.clock.advance(60)
    assert world.call() is Tier.SIGNED_IN


def test_kept_for_five_minutes(world: World) -> None:
    """An account is looked up once, and again by the call that finds it five minutes old."""
    world.call()
    world.clock.advance(RENEWED_AFTER_SECONDS - 1)
    world.call()
    assert (world.accounts.asked, world.background) == (["alice"], [])
    world.accounts.accounts["alice"] = BLOCKED
    world.clock.advance(GOOD_SECONDS - RENEWED_AFTER_SECONDS + 1)
    with pytest.raises(UserBlockedError):
        world.call()


def test_renewed_beside_the_calls(world: World) -> None:
    """From four minutes on one look-up runs beside the calls, none of which waits for it."""
    world.call()
    world.accounts.accounts["alice"] = BLOCKED
    world.clock.advance(RENEWED_AFTER_SECONDS)
    assert [world.call() for _ in range(3)] == [Tier.SIGNED_IN] * 3
    assert (len(world.background), world.accounts.asked) == (1, ["alice"])
    world.background.pop()()
    with pytest.raises(UserBlockedError):
        world.call()


def test_age_counts_from_the_beginning(world: World) -> None:
    """What changed while a slow look-up was on its way is known five minutes after it began."""
    world.accounts.on_look_up = lambda: world.clock.advance(2)
    world.call()
    world.clock.advance(GOOD_SECONDS - 2)
    world.call()
    assert len(world.accounts.asked) == 2


def test_a_renewal_that_was_lost(world: World) -> None:
    """Where no thread ever ran the renewal, a later call looks the account up itself."""
    world.call()
    world.clock.advance(GOOD_SECONDS - GIVEN_UP_SECONDS)
    world.call()
    world.clock.advance(GIVEN_UP_SECONDS)
    world.call()
    assert (len(world.background), len(world.accounts.asked)) == (1, 2)


def test_unknown_users_are_let_in_while_nobody_answers(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who is unknown has a good token, and is let in; the log says so once an outage."""
    world.accounts.error = DOWN
    assert world.check(world.user(provider="anonymous")) is Tier.ANONYMOUS
    world.clock.advance(REST_SECONDS)
    assert world.call("bob") is Tier.SIGNED_IN
    assert capsys.readouterr().out.count('"event": "accounts.unavailable"') == 1
    assert world.lookups() == {"failed": 2}


def test_the_next_outage_is_told(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """After an account could be looked up, it is news again that none can be."""
    for number, error in enumerate((DOWN, None, DOWN)):
        world.accounts.error = error
        world.call(str(number))
        world.clock.advance(REST_SECONDS)
    assert capsys.readouterr().out.count('"event": "accounts.unavailable"') == 2


def test_the_last_answer_holds(world: World) -> None:
    """While nobody answers, who was blocked stays out however long ago that was known."""
    world.accounts.accounts["alice"] = BLOCKED
    with pytest.raises(UserBlockedError):
        world.call()
    world.accounts.error = DOWN
    world.clock.advance(10 * GOOD_SECONDS)
    for _ in range(2):
        with pytest.raises(UserBlockedError):
            world.call()
    assert world.lookups() == {"blocked": 1, "failed": 1}


def test_nobody_waits_while_nobody_answers(world: World) -> None:
    """For ten seconds after a failure nobody is looked up, and for thirty not the same user."""
    world.accounts.error = DOWN
    asked = world.accounts.asked
    for seconds, users in ((0, 1), (REST_SECONDS - 1, 1), (1, 2), (REST_SECONDS, 2)):
        world.clock.advance(seconds)
        for uid in ("alice", "bob"):
            world.call(uid)
        assert len(asked) == users
    world.clock.advance(RETRY_SECONDS - 2 * REST_SECONDS)
    world.call("alice")
    assert asked == ["alice", "bob", "alice"]


def test_signed_in_again_after_a_revocation(world: World) -> None:
    """A session that began after the others were ended gets in at once, without a look-up."""
    world.accounts.accounts["alice"] = replace(GOOD, valid_after=world.began)
    with pytest.raises(TokenRevokedError):
        world.call()
    assert world.check(world.signed_in_now()) is Tier.SIGNED_IN
    assert len(world.accounts.asked) == 1


@pytest.mark.parametrize("account", [BLOCKED, Account(exists=False)])
def test_signed_in_again_after_a_refusal(world: World, account: Account) -> None:
    """Who signs in anew is looked up anew, and at once, where an older look-up refuses them."""
    world.accounts.accounts["alice"] = account
    with pytest.raises((UserBlockedError, TokenRevokedError)):
        world.call()
    world.accounts.accounts["alice"] = GOOD
    world.clock.advance(30)
    assert world.check(world.signed_in_now()) is Tier.SIGNED_IN


def test_a_blocked_user_who_signs_in_again(world: World) -> None:
    """Signing in anew costs a blocked user one look-up, and helps no further."""
    world.accounts.accounts["alice"] = BLOCKED
    with pytest.raises(UserBlockedError):
        world.call()
    world.clock.advance(30)
    again = world.signed_in_now()
    for _ in range(3):
        world.clock.advance(30)
        with pytest.raises(UserBlockedError):
            world.check(again)
    assert len(world.accounts.asked) == 2


def test_a_user_is_looked_up_once_at_a_time(world: World) -> None:
    """Calls of an unknown user that come together wait for one look-up, and all hear of it."""
    world.accounts.accounts["alice"] = BLOCKED
    asked, answer = threading.Event(), threading.Event()

    def hold() -> None:
        asked.set()
        answer.wait(timeout=10)

    world.accounts.on_look_up = hold
    with ThreadPoolExecutor(5) as callers:
        calls = [callers.submit(world.call)]
        asked.wait(timeout=10)
        calls += [callers.submit(world.call) for _ in range(4)]
        answer.set()
        errors = [type(call.exception()) for call in calls]
    assert (errors, world.accounts.asked) == ([UserBlockedError] * 5, ["alice"])


def test_memory_is_bounded(world: World) -> None:
    """The user who has not called for longest is forgotten, and looked up again."""
    world.call()
    for number in range(MOST_USERS - 1):
        world.call(str(number))
    world.call()
    world.call("one more")
    world.call()
    assert world.accounts.asked.count("alice") == 1
    world.call("0")
    assert world.accounts.asked.count("0") == 2


def test_drop(world: World) -> None:
    """What is dropped is looked up again."""
    world.call()
    world.check.drop()
    world.call()
    assert world.accounts.asked == ["alice", "alice"]


def test_a_bug_leaves_nobody_waiting(world: World) -> None:
    """An error that nobody foresaw is raised, and the next call looks up again."""
    world.accounts.on_look_up = lambda: 1 / 0  # type: ignore[assignment] # it never returns
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            world.call()
