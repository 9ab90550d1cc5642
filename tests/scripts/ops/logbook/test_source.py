"""Whose log a command means."""

import os
from pathlib import Path

import pytest

from scripts.local.run_directory import PREFIX
from scripts.ops.logbook.reader import opened
from scripts.ops.logbook.source import ENDPOINT, Source, find_log_source
from scripts.ops.logs import ROOT
from scripts.ops.monitoring.cloud import target
from scripts.ops.place import FIRESTORE, PlaceError
from tests.scripts.ops.test_place import port, run_stack, stacks

__all__ = ["port", "stacks"]  # fixtures
STANDIN = {ENDPOINT: "127.0.0.1:9"}


@pytest.mark.parametrize("named", ["production", "conteur-production"])
def test_a_project(named: str) -> None:
    """An alias and an id mean the project at Google."""
    source = find_log_source(ROOT, named, {}, local=False)
    assert source == Source("conteur-production", "production")
    assert source.name == "production (conteur-production)"


def test_a_project_without_an_alias() -> None:
    """A project that has no alias has its id for a name."""
    assert find_log_source(ROOT, "another", {}, local=False).name == "another"


@pytest.mark.parametrize("local", [True, False])
def test_a_stand_in(*, local: bool) -> None:
    """The stand-in that the environment names has the local project's log, --local or not."""
    source = find_log_source(ROOT, None, STANDIN, local=local)
    assert source == Source("demo-conteur", "default", "127.0.0.1:9")
    assert source.name == "demo-conteur in the stand-in at 127.0.0.1:9"


def test_a_real_project_and_a_stand_in() -> None:
    """A real project's log is not mistaken for a stand-in's."""
    with pytest.raises(PlaceError, match=f"unset {ENDPOINT}"):
        find_log_source(ROOT, "production", STANDIN, local=False)


def test_a_real_project_and_the_local_stack() -> None:
    """Whoever names production and --local is asked which is meant."""
    with pytest.raises(PlaceError, match="leave out --local"):
        find_log_source(ROOT, "production", {}, local=True)


def test_nothing_named() -> None:
    """Without a name there is no project."""
    with pytest.raises(PlaceError, match=r"with -P \(production or staging\)"):
        find_log_source(ROOT, None, {}, local=False)


def test_the_local_stack(stacks: Path, port: int) -> None:
    """The stack's stand-ins are where its log says, whatever stands in for Monitoring elsewhere."""
    run_stack(stacks, "a", port, port, ROOT)
    (stacks / f"{PREFIX}a" / target.LOG).write_text('{"ready": "127.0.0.1:7"}\n')
    environ = {FIRESTORE: f"127.0.0.1:{port}", target.ENDPOINT: "127.0.0.1:5"}
    source = find_log_source(ROOT, None, environ, local=True)
    assert (source.endpoint, source.checkout) == ("127.0.0.1:7", "")


def test_the_stack_of_another_checkout(stacks: Path, port: int) -> None:
    """Whoever has another checkout's stack running is told that it is what is read."""
    run_stack(stacks, "a", port, port, stacks / "theirs")
    (stacks / f"{PREFIX}a" / target.LOG).write_text('{"ready": "127.0.0.1:7"}\n')
    source = find_log_source(ROOT, None, {}, local=True)
    assert source.checkout == str(stacks / "theirs")
    told: list[str] = []
    with opened(source, told.append):
        assert told == [
            f"This is the log of the local stack of another checkout: {stacks / 'theirs'}."
        ]


def test_no_stack(stacks: Path) -> None:
    """Where no stack runs, what to do is said."""
    assert stacks.is_dir()
    with pytest.raises(PlaceError, match="No local stack runs"):
        find_log_source(ROOT, None, {}, local=True)


def test_a_file(tmp_path: Path) -> None:
    """A file is a log, also where the environment names a stand-in; so is standard input."""
    file = tmp_path / "app.log"
    file.touch()
    assert find_log_source(ROOT, None, STANDIN, local=False, file=str(file)).name == str(file)
    stdin = find_log_source(ROOT, None, {}, local=False, file="-")
    assert stdin.name == "standard input"


@pytest.mark.parametrize(
    ("named", "local", "told"),
    [("production", False, "-P production are two"), (None, True, "--local are two")],
)
def test_a_file_and_a_place(named: str | None, told: str, *, local: bool) -> None:
    """Of a file and a place only one can be meant."""
    with pytest.raises(PlaceError, match=told):
        find_log_source(ROOT, named, {}, local=local, file="-")


def test_no_file(tmp_path: Path) -> None:
    """A file that is not there is told by its name."""
    with pytest.raises(PlaceError, match=r"no file .*/app\.log"):
        find_log_source(ROOT, None, {}, local=False, file=str(tmp_path / "app.log"))


def test_a_folder(tmp_path: Path) -> None:
    """A folder is no log, and is there all the same."""
    with pytest.raises(PlaceError, match=f"{tmp_path} is a folder"):
        find_log_source(ROOT, None, {}, local=False, file=str(tmp_path))


def test_a_pipe(tmp_path: Path) -> None:
    """What a shell makes of <(zcat app.log.gz) is no regular file, and can be read."""
    os.mkfifo(tmp_path / "pipe")
    source = find_log_source(ROOT, None, {}, local=False, file=str(tmp_path / "pipe"))
    assert source.file == str(tmp_path / "pipe")
