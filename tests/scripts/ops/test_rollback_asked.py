"""What `scripts/rollback` is asked for, and what it prints for programs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.ops.rollback import main

from .going_back.world import (
    DONE,
    REFUSED,
    STORES,
    STORIES,
    World,
    world_in,
)

OLDEST, OLDER, NEWEST = STORIES


@pytest.fixture
def world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[World]:
    with world_in(tmp_path, capsys) as made:
        yield made


def test_listed(world: World) -> None:
    """All revisions are shown with how they qualify, and nothing is chosen."""
    world.go("--function", "generate_story")
    world.told()
    assert world.run("--list") == DONE
    told = world.told()
    assert "quarantined 2026-11-23" in told
    assert f"     {OLDEST}" in told
    assert "  to  " not in told


def test_for_programs(world: World) -> None:
    """Standard output is one object: the plan, and the record of what was done."""
    plan = world.json()["plan"]
    assert [each["target"] for each in plan["moves"]] == [OLDER, STORES[1]]
    assert plan["services"][0]["others"][0]["qualifies"] is True
    done = world.json("--yes", "--reason", "a test")
    assert (done["environment"], done["record"]["state"]) == ("staging", "done")


def test_a_refusal_for_programs(world: World) -> None:
    """It is in the object as well, so that nobody has to read the error's text."""
    world.calls = {OLDER: (1000, 500), OLDEST: (1000, 500)}
    plan = world.json("--function", "generate_story")["plan"]
    assert plan["moves"] == []
    assert plan["problems"][0].startswith("generate_story: no revision qualifies")


@pytest.mark.parametrize(
    "wrong",
    [
        ("--yes",),
        ("--yes", "--reason", " "),
        ("--percent", "0"),
        ("--percent", "101"),
        ("--list", "--yes", "--reason", "x"),
        ("--dry-run", "--yes", "--reason", "x"),
        ("--flag", "generation.enabled", "--to", OLDER),
        ("--flag", "generation.enabled", "--without-record"),
        ("--flag", "retries.most"),
    ],
)
def test_asked_for_wrongly(world: World, wrong: tuple[str, ...]) -> None:
    """It ends at once, and says what is wrong."""
    with pytest.raises(SystemExit) as caught:
        world.run(*wrong)
    assert caught.value.code == REFUSED


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    """It has examples, and what the exit codes mean."""
    with pytest.raises(SystemExit):
        main(["--help"])
    told = capsys.readouterr().out
    assert "scripts/rollback production --yes --reason" in told
    assert "5 the new revision was bad" in told
