"""Which project `scripts/config` and `scripts/users` mean."""

import json
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts.local.run_directory import PREFIX, RUNNING
from scripts.ops import config, users
from scripts.ops.config import ROOT
from scripts.ops.place import (
    AUTH,
    FIRESTORE,
    Place,
    PlaceError,
    checkout_of,
    emulated,
    find_place,
)

EMULATORS = {FIRESTORE: "127.0.0.1:9", AUTH: "127.0.0.1:8"}


@pytest.fixture
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def stacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the folders of local stacks are."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def run_stack(
    stacks: Path, name: str, firestore: int, auth: int, checkout: Path | None = None
) -> None:
    folder = stacks / f"{PREFIX}{name}"
    folder.mkdir()
    (folder / RUNNING).touch()
    config = {"emulators": {"firestore": {"port": firestore}, "auth": {"port": auth}}}
    (folder / "firebase.json").write_text(json.dumps(config))
    if checkout:
        (folder / "functions").symlink_to(checkout / "functions")


@pytest.mark.parametrize("named", ["production", "conteur-production"])
def test_a_project_by_alias_or_id(named: str) -> None:
    """Both mean the project."""
    place = find_place(ROOT, named, {}, local=False)
    assert place == Place("conteur-production", "production", {})
    assert place.name == "production (conteur-production)"


def test_a_project_without_an_alias() -> None:
    """A project that .firebaserc does not know has its id for a name."""
    assert find_place(ROOT, "another", {}, local=False).name == "another"


@pytest.mark.parametrize("named", [None, "", "demo-conteur"])
def test_no_project_is_meant_by_chance(named: str | None) -> None:
    """Without a name there is no project: neither production nor an emulator."""
    with pytest.raises(PlaceError, match=r"with -P \(production or staging\)"):
        find_place(ROOT, named, {}, local=False)


@pytest.mark.parametrize("variable", [FIRESTORE, AUTH])
def test_an_emulator_is_no_real_project(variable: str) -> None:
    """Whoever names production and has an emulator in the environment is asked which is meant."""
    environ = {variable: "127.0.0.1:9"}
    with pytest.raises(PlaceError, match=f"unset {variable};"):
        find_place(ROOT, "production", environ, local=False, emulators=EMULATORS)


def test_the_local_stack_is_no_real_project(stacks: Path) -> None:
    """Whoever names production and --local is asked which is meant, whether a stack runs or not."""
    assert list(stacks.iterdir()) == []
    with pytest.raises(PlaceError, match="leave out --local; "):
        find_place(ROOT, "production", {}, local=True)


@pytest.mark.parametrize("local", [True, False])
def test_the_emulators_of_the_environment(*, local: bool) -> None:
    """The variables alone mean the local project there, and name its emulators to --local."""
    place = find_place(ROOT, None, EMULATORS, local=local, emulators=EMULATORS)
    assert place == Place("demo-conteur", "default", EMULATORS)
    assert place.name == "demo-conteur in the emulator at 127.0.0.1:9"


def test_one_emulator_of_two() -> None:
    """An emulator of the environment is not put together with another stack's."""
    with pytest.raises(PlaceError, match=f"{AUTH} does not"):
        find_place(ROOT, None, {FIRESTORE: "127.0.0.1:9"}, local=True, emulators=EMULATORS)


def test_an_emulator_that_is_not_needed() -> None:
    """A command that works on Firestore alone does without the other emulator."""
    place = find_place(ROOT, None, EMULATORS, local=False)
    assert place.emulators == {FIRESTORE: "127.0.0.1:9"}


def test_the_local_stack_that_runs(stacks: Path, port: int) -> None:
    """--local finds the emulators of the stack, past those of which one does not listen."""
    run_stack(stacks, "killed", 9, 9)
    run_stack(stacks, "half", port, 9)
    run_stack(stacks, "whole", port, port)
    host = f"127.0.0.1:{port}"
    place = find_place(ROOT, None, {}, local=True, emulators=EMULATORS)
    assert place.emulators == {FIRESTORE: host, AUTH: host}


def test_no_local_stack(stacks: Path) -> None:
    """--local without a stack says how to start one."""
    assert list(stacks.iterdir()) == []
    with pytest.raises(PlaceError, match="start one with scripts/dev"):
        find_place(ROOT, None, {}, local=True)


def test_several_local_stacks(stacks: Path, port: int) -> None:
    """--local does not guess which of two stacks is meant, and says how to name each."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        run_stack(stacks, "one", port, port, stacks / "mine")
        run_stack(stacks, "two", other := server.getsockname()[1], other)
        with pytest.raises(PlaceError, match="Several local stacks run") as refused:
            find_place(ROOT, None, {}, local=True, emulators=EMULATORS)
    one, two = stacks / f"{PREFIX}one", stacks / f"{PREFIX}two"
    assert str(refused.value).splitlines()[1:] == [
        f"# {stacks / 'mine'}, in {one}",
        f"{FIRESTORE}=127.0.0.1:{port} {AUTH}=127.0.0.1:{port}",
        f"# {two}",
        f"{FIRESTORE}=127.0.0.1:{other} {AUTH}=127.0.0.1:{other}",
    ]


def test_what_chooses_a_stack_chooses_it_for_all(stacks: Path, port: int) -> None:
    """What one command prints of a stack is enough for another, which needs more of it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        run_stack(stacks, "one", port, port)
        run_stack(stacks, "two", server.getsockname()[1], 9)
        with pytest.raises(PlaceError) as refused:
            find_place(ROOT, None, {}, local=True)
    _, _, of_one, _, of_two = str(refused.value).splitlines()
    chosen = dict(each.split("=") for each in of_one.split())
    place = find_place(ROOT, None, chosen, local=True, emulators=EMULATORS)
    assert place.emulators == dict.fromkeys((FIRESTORE, AUTH), f"127.0.0.1:{port}")
    assert AUTH not in of_two


def test_whose_stack_it_is(stacks: Path, port: int) -> None:
    """A stack's folder tells the checkout that its functions are of, where there is one."""
    run_stack(stacks, "one", port, port, ROOT)
    run_stack(stacks, "two", port, port)
    assert checkout_of(stacks / f"{PREFIX}one") == ROOT
    assert checkout_of(stacks / f"{PREFIX}two") is None


def test_libraries_are_led_to_the_emulators(monkeypatch: pytest.MonkeyPatch) -> None:
    """A place's emulators are in the environment for as long as it is worked on."""
    monkeypatch.setenv(FIRESTORE, "before")
    monkeypatch.delenv(AUTH, raising=False)
    with emulated(Place("demo-conteur", "default", EMULATORS)):
        assert EMULATORS.items() <= os.environ.items()
    assert (os.environ[FIRESTORE], AUTH in os.environ) == ("before", False)


@pytest.mark.parametrize(
    ("main", "arguments"), [(config.main, ["get"]), (users.main, ["show", "alice"])]
)
def test_a_missing_project_is_asked_for_wrongly(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    main: Callable[[list[str]], int],
    arguments: list[str],
) -> None:
    """Both commands end with 2, as their help says, and name the projects."""
    for variable in EMULATORS:
        monkeypatch.delenv(variable, raising=False)
    assert main(arguments) == 2
    assert "-P (production or staging)" in capsys.readouterr().err
