"""Users who are blocked, signed out or unknown, and a look-up of accounts that fails."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from tests.clients.app import App
from tests.faults.conftest import MakeWorld
from tests.faults.endings import Ending, Error, answered, refused, told
from tests.faults.identity import Account, Identity, now_in_milliseconds
from tests.faults.lines import Ending as LineEnding
from tests.faults.lines import Line
from tests.faults.moderation_rows import logged_first
from tests.faults.proxy import Proxy
from tests.faults.rows import DEADLINE_SECONDS, QUICK_SECONDS, SCENARIOS
from tests.faults.world import World

pytestmark = pytest.mark.server

NEW_STORIES_A_DAY = 2
REVOKED = Error("unauthenticated", "TOKEN_REVOKED", ours=False, retryable=False)
BLOCKED = Error("permission-denied", "USER_BLOCKED", ours=False, retryable=False)

Judgement = tuple[Callable[[], Account], Ending]


def looked_up(ending: Ending, result: str) -> Ending:
    """Return the ending of a call whose caller was looked up with this result."""
    return replace(ending, counts={**ending.counts, f"account/lookups {result}": 1})


ACCOUNTS: dict[str, Judgement] = {
    "good": (dict, looked_up(told(), "good")),
    "new": (lambda: {"createdAt": now_in_milliseconds()}, looked_up(told(), "new")),
    "disabled": (lambda: {"disabled": True}, looked_up(refused(BLOCKED), "blocked")),
    "deleted": (lambda: None, looked_up(refused(REVOKED), "revoked")),
    "signed out everywhere": (
        lambda: {"validSince": str(int(time.time()))},
        looked_up(refused(REVOKED), "revoked"),
    ),
}
LET_IN = looked_up(logged_first(told(), "WARNING accounts.unavailable"), "failed")
FAULTS: dict[str, tuple[Callable[[Proxy], None], float]] = {
    "down": (Proxy.refuse, QUICK_SECONDS),
    "cut": (lambda way: way.always(Line(cut_after=40)), QUICK_SECONDS),
    "silent": (
        lambda way: way.always(Line(says=b"", ending=LineEnding.SILENT)),
        DEADLINE_SECONDS,
    ),
}


@pytest.fixture(scope="module")
def identity() -> Iterator[Identity]:
    with Identity().serve() as served:
        yield served


@pytest.fixture(scope="module")
def way(identity: Identity) -> Iterator[Proxy]:
    with Proxy(identity.address).serve() as proxy:
        yield proxy


@pytest.fixture(scope="module")
def made_world(make_world: MakeWorld, way: Proxy) -> Iterator[World]:
    settings = {
        "STORY_DEADLINE_SECONDS": "10",  # a look-up that says nothing takes 2 of it
        "ACCOUNT_LOOKUP": "on",
        "IDENTITY_ENDPOINT": f"http://{way.address}",
        "QUOTA_NEW_STORIES_PER_DAY": str(NEW_STORIES_A_DAY),
    }
    with make_world(**settings) as made:
        made.warm_up()
        yield made


@pytest.fixture
def known_world(made_world: World, way: Proxy) -> World:
    way.mend()
    made_world.mend()
    return made_world


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("account", ACCOUNTS)
def test_an_account_decides(
    known_world: World, identity: Identity, account: str, scenario: str
) -> None:
    """A good token is not enough: the account behind it must be there, open and signed in."""
    tells, ending = ACCOUNTS[account]

    def become(app: App) -> App:
        identity.accounts[app.uid] = tells()
        return app

    assert known_world.play(scenario, become=become).ending == ending


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_operator_blocks_a_user(known_world: World, scenario: str) -> None:
    """A user on the operator's list is refused like one whose account is disabled."""

    def become(app: App) -> App:
        block = known_world.backend.firestore.document(f"blocked/{app.uid}")
        block.set({"reason": "a test"})
        return app

    ending = known_world.play(scenario, become=become).ending
    assert ending == looked_up(refused(BLOCKED), "blocked")


@pytest.mark.parametrize(
    ("function", "request_", "events"),
    [("export_my_data", {}, ()), ("delete_my_data", {"confirm": True}, ("INFO user.erased",))],
)
def test_what_is_kept_of_a_blocked_user_is_theirs(
    known_world: World,
    identity: Identity,
    function: str,
    request_: dict[str, bool],
    events: tuple[str, ...],
) -> None:
    """Who may have no story told any more may still take their data along, or delete it."""
    app = known_world.new_app()
    identity.accounts[app.uid] = {"disabled": True}
    ending = known_world.ask(app, function, request_, "whole").ending
    assert ending == looked_up(answered(function, *events), "blocked")


def test_a_new_account_has_fewer_stories(known_world: World, identity: Identity) -> None:
    """Who has signed up just now has the limits of new users."""

    def become(app: App) -> App:
        identity.accounts[app.uid] = {"createdAt": now_in_milliseconds()}
        return app

    record = known_world.play("whole", become=become).record
    assert record["result"]["value"]["quota"]["remaining"] == NEW_STORIES_A_DAY - 1


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("fault", FAULTS)
def test_the_look_up_fails(known_world: World, way: Proxy, fault: str, scenario: str) -> None:
    """Nobody who has a good token is kept out by it, and the next one does not wait for it."""
    breaks, seconds = FAULTS[fault]
    breaks(way)
    played = known_world.play(scenario)
    assert played.ending == LET_IN
    assert played.seconds <= seconds
    following = known_world.play(scenario)
    assert following.ending == told()
    assert following.seconds <= QUICK_SECONDS
