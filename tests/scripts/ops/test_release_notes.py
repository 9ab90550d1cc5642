import json
from pathlib import Path
from typing import Any

import pytest

from tests.scripts.ops.releasing.world import World, scratch

pytestmark = pytest.mark.server
ALONE, VERSION = "--without-record", "1.0.0"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return scratch(tmp_path, monkeypatch)


def test_notes_tell_operators_what_changed(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """New migrations and settings since the last tag stand in the notes."""
    world.commit("migrations/0002_more.sql", "CREATE TABLE b ();\n")
    world.commit("functions/.env", "MAX_INSTANCES=4\n")
    assert world.release("prepare", VERSION, "--yes", ALONE) == 0
    capsys.readouterr()
    assert world.release("notes", VERSION) == 0
    told = capsys.readouterr().out
    assert "### For operators (since v0.1.0)" in told
    assert "Migration `0002_more.sql`" in told
    assert "Setting `MAX_INSTANCES` in `functions/.env`: `2` is now `4`." in told


def test_notes_of_a_release_are_those_of_its_tag(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """What came after a version's tag is not in its notes, unless a commit is named."""
    world.commit("migrations/0002_more.sql", "CREATE TABLE b ();\n")
    assert world.release("notes", "0.1.0", "--json") == 0
    assert world.at("v0.1.0") in json.loads(capsys.readouterr().out)["notes"]
    assert world.release("notes", "0.1.0", "--commit", "HEAD") == 0
    assert world.git("rev-parse", "HEAD") in capsys.readouterr().out


def test_a_version_that_nobody_wrote_of_has_no_notes(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a section and without a tag notes are refused, for programs as one object."""
    assert world.release("notes", "9.9.9", "--json") == 2
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert told["exitCode"] == 2
    assert "says nothing of 9.9.9" in told["error"]
