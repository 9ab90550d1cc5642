"""A whole validation of a service in this process: all is well, or one thing is broken."""

from typing import Any

import pytest

from scripts.ops.operations.outcome import Report, Verdict
from scripts.ops.validation.course import COURSE, GROUPS
from scripts.ops.validation.looking import WIDE
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
