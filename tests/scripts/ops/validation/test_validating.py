"""A whole validation of a service in this process: all is well, or one thing is broken."""

from contextlib import nullcontext
from typing import Any

import pytest

from scripts.ops.operations.errors import LostError
from scripts.ops.operations.outcome import Report, Verdict
from scripts.ops.validation import cleaning, opening
from scripts.ops.validation.course import COURSE, GROUPS
from scripts.ops.validation.desk import Desk
from scripts.ops.validation.knobs import GENERATION, STORE
from scripts.ops.validation.looking import WIDE, Check, Looking
from scripts.ops.validation.validating import Scope, looked, validate
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


def said_of(report: Report, key: str) -> str:
    return next(each.said for each in report.outcomes if each.key == key)


OFF_BY_ADA = "turned off on purpose by ada: they did harm (scripts/config get)"


@pytest.mark.parametrize("knob", [GENERATION, STORE])
def test_what_is_turned_off_on_purpose(knob: str) -> None:
    """Where a knob is off nothing fails: its checks are left out, by whom and why is told."""
    world = World(off={knob: OFF_BY_ADA})
    report = validated(world)
    assert not report.failed
    off = {each.key for each in report.outcomes if each.said == OFF_BY_ADA}
    assert off == {check.key for check in COURSE if check.knob == knob}
    assert (world.documents, world.accounts) == ({}, set())


def test_checks_that_a_knob_turns_off() -> None:
    """Each check of stories goes by the one knob, each of publishing by the other."""
    by = {knob: {each.key for each in COURSE if each.knob == knob} for knob in (GENERATION, STORE)}
    stories = {"story", "stream", "replay", "no-token", "p95-stories", "log-stories"}
    publishing = {"at-once", "publish", "store-no-token", "p95-publish", "log-publish"}
    assert by == {GENERATION: stories, STORE: publishing}


def test_turned_off_is_partial(monkeypatch: pytest.MonkeyPatch) -> None:
    """A validation of a service with a part turned off is no release's proof, and another is."""
    world = World()
    opened = nullcontext((world.desk, world))
    monkeypatch.setattr(opening, "opened", lambda *_: opened)
    whole = Scope()
    validate(world.desk.site, whole, world.around)
    world.off = {STORE: OFF_BY_ADA}
    part = Scope()
    assert validate(world.desk.site, part, world.around).green
    assert (whole.partial, part.partial) == (False, True)


def test_knobs_that_cannot_be_read() -> None:
    """Where nobody knows what is turned off, that fails, and all the rest is looked at."""
    report = validated(World(knows_knobs=False))
    assert [each.said for each in report.failed] == ["the knobs cannot be read"]


def test_a_store_that_is_closed_to_those_without_a_token() -> None:
    """Who refuses everybody serves nobody: it is not to be turned off for it."""
    report = validated(World(tokenless=503))
    found = {each.key: each for each in report.failed}
    assert "answered 503 NO_TOKEN: no" in found["store-no-token"].said
    assert not any("Turn" in each.mend or "Roll back" in each.mend for each in found.values())


def test_who_serves_everybody_is_turned_off() -> None:
    """Where a request without a token is served, that is said, and how to stop it."""
    found = {each.key: each for each in validated(World(tokenless=201)).failed}
    assert "Turn the store off" in found["store-no-token"].mend
    assert "Roll back" in found["no-token"].mend


def test_calls_that_nobody_made_are_not_said_to_be_counted() -> None:
    """Where no call was ours it is no proof that others are counted."""
    said = said_of(validated(World(off={STORE: OFF_BY_ADA})), "metrics")
    assert said.endswith("ours), store_api left out, no call was ours")
    assert "generate_story +" in said


def test_nothing_to_erase() -> None:
    """Where no story was made, that none is there proves nothing."""
    report = validated(World(off={GENERATION: OFF_BY_ADA}))
    (found,) = [each for each in report.outcomes if each.key == "erase"]
    assert (found.verdict, found.said) == (
        Verdict.LEFT_OUT,
        "no story was made, and nothing was there to delete",
    )


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
