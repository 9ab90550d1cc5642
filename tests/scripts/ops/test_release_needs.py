import json
import re
from pathlib import Path

import pytest

from tests.scripts.ops.releasing.world import World, interrupted_by, scratch

pytestmark = pytest.mark.server
ALONE = "--without-record"
VERSION, TAG, BRANCH = "1.0.0", "v1.0.0", "release/v1.0.0"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return scratch(tmp_path, monkeypatch)


@pytest.mark.parametrize("yes", [["--yes"], []])
@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("no gh", "https://cli.github.com"),
        ("signed out", "gh auth login"),
        ("no staging", "origin has no branch staging"),
    ],
)
def test_what_prepare_will_need_is_there_before_it_begins(
    world: World, capsys: pytest.CaptureFixture[str], wrong: str, told: str, yes: list[str]
) -> None:
    """Without gh, a sign-in or staging nothing is begun, and the dry run says so too."""
    world.lack(wrong)
    before = world.git("for-each-ref", "refs/heads"), world.git("for-each-ref", at=world.bare)
    assert world.release("prepare", VERSION, ALONE, *yes) == 2
    assert told in capsys.readouterr().err
    after = world.git("for-each-ref", "refs/heads"), world.git("for-each-ref", at=world.bare)
    assert (after, world.git("status", "-s")) == (before, "")


def test_no_cloud_is_needed_to_look(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever has no rights in any project can see what a release would do, and where it stands."""
    assert world.release("prepare", VERSION) == 0
    commit = world.stage(VERSION)
    assert world.release("stage", VERSION) == 0
    assert world.release("status", VERSION) == 1
    told = capsys.readouterr().out
    assert f"git tag -a {TAG} {commit[:9]}" in told
    assert re.search(r"Staging validated +not looked at", told)


def test_a_record_that_cannot_be_kept_names_the_way_out(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """What needs the book of operations begins nothing without it, and says how to do without."""
    assert world.release("prepare", VERSION, "--yes", "--json") == 2
    assert "--without-record" in json.loads(capsys.readouterr().out)["error"]
    assert (world.git("branch", "--show-current"), world.at(BRANCH)) == ("main", "")


def test_ctrl_c_tells_what_is_done(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Stopped at the push it says which steps are done, and given again it goes on there."""

    def stop() -> None:
        raise KeyboardInterrupt

    stopped = interrupted_by(stop, before="push --porcelain")
    assert world.release("prepare", VERSION, "--yes", ALONE, programs=stopped) == 130
    assert "done: Branch, Version, Commit; that are not: Push, Pull" in capsys.readouterr().err
    assert world.release("prepare", VERSION, "--yes", ALONE) == 0
