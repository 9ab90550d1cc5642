"""Which Cloud Monitoring a command means."""

from pathlib import Path

import pytest

from scripts.local.run_directory import PREFIX
from scripts.ops.monitoring.alert import ROOT
from scripts.ops.monitoring.cloud.target import ENDPOINT, LOG, Target, find_target, goal_of
from scripts.ops.place import FIRESTORE, PlaceError
from tests.scripts.ops.test_place import port, run_stack, stacks

__all__ = ["port", "stacks"]  # fixtures
STANDIN = {ENDPOINT: "127.0.0.1:9"}


@pytest.mark.parametrize("named", ["production", "conteur-production"])
def test_a_project(named: str) -> None:
    """An alias and an id mean the project at Google."""
    target = find_target(ROOT, named, {}, local=False)
    assert target == Target("conteur-production", "production", "")
    assert target.name == "production (conteur-production)"
    assert target.goal.environment == "production"


def test_a_project_without_an_alias() -> None:
    """A project that has no alias has its id for a name."""
    assert find_target(ROOT, "another", {}, local=False).name == "another"


def test_a_stand_in() -> None:
    """A project of no cloud is at the stand-in that the environment names, and local."""
    target = find_target(ROOT, "demo-x", STANDIN, local=False)
    assert target.name == "demo-x in the stand-in at 127.0.0.1:9"
    assert target.goal.environment == "local"


def test_a_real_project_and_a_stand_in() -> None:
    """A real project's monitoring is not mistaken for a stand-in's."""
    with pytest.raises(PlaceError, match=f"unset {ENDPOINT}"):
        find_target(ROOT, "production", STANDIN, local=False)


def test_the_local_stack(stacks: Path, port: int) -> None:
    """The stack that runs is asked at the address that its stand-in's log begins with."""
    run_stack(stacks, "a", port, port)
    (stacks / f"{PREFIX}a" / LOG).write_text('{"ready": "127.0.0.1:7"}\nmore\n')
    environ = {FIRESTORE: f"127.0.0.1:{port}"}
    assert find_target(ROOT, None, environ, local=True).endpoint == "127.0.0.1:7"


def test_a_stack_that_starts(stacks: Path, port: int) -> None:
    """A stack whose stand-in is not there yet is said to start."""
    run_stack(stacks, "a", port, port)
    (stacks / f"{PREFIX}a" / LOG).write_text("")
    with pytest.raises(PlaceError, match="is not ready"):
        find_target(ROOT, None, {}, local=True)


def test_no_stack(stacks: Path) -> None:
    """Where no stack runs, what to do is said."""
    assert stacks.is_dir()
    with pytest.raises(PlaceError, match="No local stack runs"):
        find_target(ROOT, None, {}, local=True)


def test_whom_files_are_for() -> None:
    """Files are made for a project without asking it anything, or for nobody's."""
    assert goal_of(ROOT, "staging").project == "conteur-staging"
    assert goal_of(ROOT, "default").environment == "local"
    assert goal_of(ROOT, None).environment == ""
