"""A whole validation of a service in this process: all is well, or one thing is broken."""

from typing import Any

import pytest

from scripts.ops.operations.errors import LostError
from scripts.ops.operations.outcome import Report, Verdict
from scripts.ops.validation import cleaning
from scripts.ops.validation.course import COURSE, GROUPS
from scripts.ops.validation.desk import Desk
from scripts.ops.validation.looking import WIDE, Check, Looking
from scripts.ops.validation.validating import looked
from tests.scripts.ops.validation.world import World


def validated(world: World, *without: str) -> Report:
    return looked(world.desk, world, without, world.around)


def failed(world: World) -> set[str]:
    return {each.key for each in validated(world).failed}


def test_all_is_well() -> None:
    """Every check passes, and nothing is left of the user."""
    world = World()
    report = validated(world)
    assert {each.verdict for each in report.outcomes} == {Verdict.PASSED}, report.failed
    assert (report.green, world.documents, world.accounts) == (True, {}, set())


@pytest.mark.parametrize(
    ("broken", "found"),
    [
        ({"states": {"firestore": "ok", "openai": "down"}}, {"health"}),
        ({"states": {}}, {"health"}),
        ({"kept_text": "Something else."}, {"story", "stream"}),
        ({"forgets": True}, {"replay"}),
        ({"stream_end": False}, {"stream"}),
        ({"tokenless": 200}, {"no-token", "store-no-token"}),
        ({"publishes_anew": True}, {"at-once", "publish"}),
        ({"severity": "ERROR"}, {"log-stories", "log-publish"}),
        ({"revision": "another"}, {"health", "log-stories", "log-publish"}),
        ({"logs": False}, {"log-stories", "log-publish"}),
        ({"counts": False}, {"metrics"}),
        ({"can_fire": False}, {"alert-fires"}),
        ({"can_end": False}, {"alert-ends"}),
        ({"broken": 1e9}, {"signals"}),
        ({"slow": 5.0}, {"p95-publish"}),
        ({"slow": 15.0}, {"p95-stories", "p95-publish"}),
        ({"erases": False}, {"erase"}),
        ({"deletes": False}, {"account"}),
    ],
)
def test_what_is_broken_is_found(broken: dict[str, Any], found: set[str]) -> None:
    """A broken thing fails its own check, and those that need it, and no other."""
    assert failed(World(**broken)) == found


def test_cleans_up_after_a_failure() -> None:
    """Whatever failed, the user's data and account are gone, and the alert is taken back."""
    world = World(kept_text="", stream_end=False, counts=False)
    assert not validated(world).green
    assert (world.documents, world.accounts, world.raised[-1]) == ({}, set(), 0)


def test_cleans_up_after_ctrl_c() -> None:
    """Ctrl-C in the midst of it ends the alert and leaves no user."""
    world = World(interrupted=True)
    with pytest.raises(KeyboardInterrupt):
        validated(world)
    assert (world.raised, world.firing, world.accounts) == ([1, 0], False, set())


def test_says_what_is_left() -> None:
    """What cannot be deleted is told, also after Ctrl-C, with what to do about it."""
    world = World(interrupted=True, deletes=False)
    with pytest.raises(KeyboardInterrupt):
        validated(world)
    assert "FAILED   The user's account" in world.told[-1]


@pytest.mark.parametrize("function", ["generate_story", "delete_my_data", "publish", "health"])
@pytest.mark.parametrize(
    "body",
    [
        {"result": []},
        {"result": {"story": "a text"}},
        {"result": {"storyId": "a", "status": "completed", "story": {"title": "t", "text": None}}},
        {"result": {"storyId": "a/b", "status": "completed", "story": {"title": "", "text": "x"}}},
        {"result": {"deleted": "many", "complete": True}},
        {"dependencies": ["firestore"], "publishedAt": ["now"], "alreadyPublished": True},
        {"error": {"message": "no", "details": "none"}},
    ],
    ids=str,
)
def test_an_odd_answer_is_found(function: str, body: dict[str, Any]) -> None:
    """What answers another thing than it should fails its checks, and leaves nobody behind."""
    world = World(odd={function: body})
    report = validated(world)
    assert report.failed
    assert all(each.said for each in report.failed)
    assert (world.accounts, world.firing) == (set(), False)


def test_what_came_is_told() -> None:
    """Of an answer that is not understood people see what it was."""
    report = validated(World(odd={"health": {"dependencies": ["firestore"]}}))
    (found,) = report.failed
    assert found.said == "its dependencies are ['firestore']"


@pytest.mark.parametrize("error", [KeyError("a"), TypeError("a"), AttributeError("a")])
def test_a_check_that_cannot_read_an_answer(error: Exception) -> None:
    """Whatever reading an answer raises is a check that failed, of at most 2,000 characters."""
    world = World()
    looking = Looking(world.told.append, world.now)

    def do(_: Desk) -> str:
        raise error

    looking.look(world.desk, Check("", "odd", "Odd", do))
    (found,) = looking.report.failed
    assert type(error).__name__ in found.said


def test_a_very_long_finding_is_cut() -> None:
    """A function that answers a whole page does not fill the record."""
    world = World(untried=("x" * 100_000,))
    assert max(len(each.said) for each in validated(world).outcomes) == 2_000


def test_it_goes_on() -> None:
    """Each check and each round of waiting says that the validation goes on."""
    world = World(logs=False)
    validated(world)
    assert world.rounds > len(COURSE) + 100


def test_whose_place_is_taken_begins_nothing() -> None:
    """Who has lost the lock before the first check makes none, and cleans up."""
    world = World(lost_after=0)
    with pytest.raises(LostError):
        validated(world)
    assert (len(world.told), world.accounts) == (2, set())


@pytest.mark.parametrize("waits", [{"logs": False}, {"can_fire": False}])
def test_whose_place_is_taken_stops(waits: dict[str, Any]) -> None:
    """Who has lost the lock while waiting looks no further: it is no finding of the service."""
    world = World(lost_after=len(COURSE) + 10, **waits)
    with pytest.raises(LostError):
        validated(world)
    assert (world.accounts, world.firing) == (set(), False)
    assert not any("somebody else" in each for each in world.told)


def test_functions_that_no_check_calls() -> None:
    """Functions on trial that nothing looks at are named, and close no gate."""
    report = validated(World(untried=("tend_store",)))
    left = [each.said for each in report.outcomes if each.verdict is Verdict.LEFT_OUT]
    assert left == ["tend_store: no check calls them, so their new revisions are not tried"]
    assert report.green


def test_the_account_goes_though_erasing_breaks_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second Ctrl-C, while the data is erased, leaves no account."""
    world = World()

    def interrupted(_: Desk) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(cleaning, "erase", interrupted)
    with pytest.raises(KeyboardInterrupt):
        validated(world)
    assert world.accounts == set()


def test_an_account_that_may_be_left_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Ctrl-C while the account is deleted says whom to look for."""
    world = World()

    def interrupted(_: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(world, "delete", interrupted)
    with pytest.raises(KeyboardInterrupt):
        validated(world)
    assert "Delete the user synthetic in the console" in world.told[-1]


def test_no_store() -> None:
    """Where no store is set up its checks are left out, and the rest is green."""
    report = validated(World(has_store=False))
    left = {each.key for each in report.outcomes if each.verdict is Verdict.LEFT_OUT}
    assert left == {"at-once", "publish", "store-no-token", "p95-publish", "log-publish"}
    assert report.green


@pytest.mark.parametrize("group", GROUPS)
def test_what_is_left_out(group: str) -> None:
    """A group that nobody wants is not looked at, and said to be left out."""
    world = World()
    report = validated(world, group)
    said = {each.key for each in report.outcomes if each.said == "asked not to look"}
    assert said == {each.key for each in COURSE if each.group == group and each.title}
    assert world.accounts == set()


def test_no_alert_without_the_alert() -> None:
    """Nobody is told of a test that was not asked for."""
    world = World()
    validated(world, "alert")
    assert world.raised == []


def test_titles_fit() -> None:
    """The longest title is as wide as the lines of progress have it."""
    assert max(len(each.title) for each in COURSE) <= WIDE
