"""Commands that tick boxes: run once for the same files, and with the key for one of them only."""

from datetime import timedelta

import pytest

from scripts.ops.boxes.commands import COMMANDS
from scripts.ops.operations.commands import Ran
from scripts.ops.operations.errors import OperationError
from scripts.ops.operations.outcome import Verdict
from tests.scripts.ops.boxes.checkout import commit
from tests.scripts.ops.boxes.world import KEY, NOON, World

ALL = [each.key for each in COMMANDS]


def test_each_command_is_run(world: World) -> None:
    """All commands are run, each as the guides and CONTRIBUTING.md name it."""
    world.look(*ALL)
    assert world.programs.lines == [" ".join(each.argv) for each in COMMANDS]


def test_a_command_that_passed_is_not_run_again(world: World) -> None:
    """The same files are not tested twice within a day."""
    world.look("unit")
    world.now = NOON + timedelta(hours=23)
    (again,) = world.look("unit").outcomes
    assert again.said == "passed on the same files at 2026-11-23 12:00 UTC (--fresh runs it)"
    assert len(world.programs.lines) == 1


def test_a_command_that_passed_a_day_ago_is_run_again(world: World) -> None:
    """What passed long ago may not pass now: the world around it changes."""
    world.look("unit")
    world.now = NOON + timedelta(hours=24)
    world.look("unit")
    assert len(world.programs.lines) == 2


def test_other_files_are_tested_anew(world: World) -> None:
    """A commit with other files has passed nothing; one that is only worded anew has."""
    world.look("unit")
    commit(world.root, "The same files")
    world.look("unit")
    assert len(world.programs.lines) == 1
    (world.root / "new.txt").write_text("new")
    commit(world.root, "Another file")
    world.look("unit")
    assert len(world.programs.lines) == 2


def test_files_of_no_commit_are_kept_by_nobody(world: World) -> None:
    """What passed with uncommitted files says nothing of the commit."""
    (world.root / "new.txt").write_text("new")
    world.look("unit")
    (world.root / "new.txt").unlink()
    world.look("unit")
    assert len(world.programs.lines) == 2


def test_a_run_that_was_cut_off_goes_on(world: World) -> None:
    """What has passed before Ctrl-C is not run again."""
    world.programs.ends["--quick"] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        world.look("lint", "unit")
    world.programs.ends.clear()
    world.look("lint", "unit")
    assert world.programs.lines == ["scripts/check lint", *["scripts/test --quick"] * 2]


def test_a_file_that_was_half_written_is_nothing(world: World) -> None:
    """A file of what has passed that cannot be read has every command run."""
    world.look("unit")
    (kept,) = (world.root / ".cache/preflight").iterdir()
    kept.write_text('{"unit": ')
    world.look("unit")
    assert len(world.programs.lines) == 2


def test_a_command_that_takes_too_long_fails_its_box(world: World) -> None:
    """A time-out is told, and the commands after it are run all the same."""
    world.programs.ends["lint"] = OperationError("lint took longer than 600 s. Look.")
    late, good = world.look("lint", "format").outcomes
    assert (late.verdict, late.mend) == (Verdict.FAILED, "Look.")
    assert good.verdict is Verdict.PASSED


def test_only_the_live_test_gets_the_key(world: World) -> None:
    """The project's key is handed over by the environment, to the one process that needs it."""
    world.look(*ALL)
    with_key = [line for line, more in world.programs.ran if KEY in more.values()]
    assert with_key == ["scripts/test --live"]


def test_the_key_is_never_shown(world: World) -> None:
    """A test that prints the key is told without it."""
    world.programs.ends["--live"] = Ran((), 1, f"401 for {KEY}")
    (told,) = world.look("live").outcomes
    assert told.said == "exit code 1: 401 for (the key)"
    assert KEY not in "".join(f.read_text() for f in world.root.glob(".cache/preflight/*"))


def test_what_a_command_prints_has_a_bound(world: World) -> None:
    """Of a line without an end only the last characters are told and kept."""
    world.programs.ends["lint"] = Ran((), 1, "x" * 100_000 + " the end")
    (told,) = world.look("lint").outcomes
    assert told.said.endswith(" the end")
    assert len(told.said) <= 2_000 + len("exit code 1: ")


def test_no_command_is_run_dry(world: World) -> None:
    """A dry run lists the commands."""
    (told,) = world.look("unit", dry=True).outcomes
    assert (told.verdict, told.said) == (Verdict.LEFT_OUT, "would run scripts/test --quick")
    assert world.programs.lines == []
