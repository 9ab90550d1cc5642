"""Which project `scripts/config` means, and what its settings say."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.local.run_directory import PREFIX, RUNNING
from scripts.ops.config import ROOT, main
from scripts.ops.config_errors import RefusedError
from scripts.ops.config_place import find_place

EMULATOR = {"FIRESTORE_EMULATOR_HOST": "127.0.0.1:9"}


@pytest.fixture
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def stacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the folders of local stacks are."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def run_stack(stacks: Path, name: str, port: int) -> None:
    folder = stacks / f"{PREFIX}{name}"
    folder.mkdir()
    (folder / RUNNING).touch()
    config = {"emulators": {"firestore": {"port": port}}}
    (folder / "firebase.json").write_text(json.dumps(config))


@pytest.mark.parametrize("named", ["production", "conteur-production"])
def test_a_project_by_alias_or_id(named: str) -> None:
    """Both mean the project, and the settings of its environment."""
    place = find_place(ROOT, named, {}, local=False)
    assert (place.project, place.emulator) == ("conteur-production", "")
    assert place.name == "production (conteur-production)"
    assert place.rules.usual.models == ("gpt-5.4-mini",)
    assert place.rules.versions == {"story-2", "story-3"}


def test_an_environment_has_settings_of_its_own(tmp_path: Path) -> None:
    """functions/.env.<alias> adds to functions/.env, and wins."""
    (tmp_path / "functions/conteur").mkdir(parents=True)
    (tmp_path / "functions/conteur/prompts").symlink_to(ROOT / "functions/conteur/prompts")
    (tmp_path / ".firebaserc").write_text('{"projects": {"staging": "its-id"}}')
    (tmp_path / "functions/.env").write_text("OPENAI_PRICES=a:1/2@2026-01-01\nOPENAI_MODEL=a\n")
    (tmp_path / "functions/.env.staging").write_text("QUOTA_STORIES_PER_DAY=7\n")
    rules = find_place(tmp_path, "its-id", {}, local=False).rules
    assert (rules.usual.models, rules.usual.quota.signed_in.stories_a_day) == (("a",), 7)


def test_settings_that_cannot_be_used(tmp_path: Path) -> None:
    """Nothing can be checked against settings that would stop the functions."""
    (tmp_path / "functions").mkdir()
    (tmp_path / ".firebaserc").write_text('{"projects": {"staging": "its-id"}}')
    (tmp_path / "functions/.env").write_text("STORY_DEADLINE_SECONDS=99\n")
    with pytest.raises(RefusedError, match=r"(?s)Mend them first:.*STORY_DEADLINE_SECONDS='99'"):
        find_place(tmp_path, "staging", {}, local=False)


def test_no_project_is_meant_by_chance() -> None:
    """Without a name there is no project: neither production nor an emulator."""
    with pytest.raises(RefusedError, match=r"with -P \(production or staging\)"):
        find_place(ROOT, None, {}, local=False)


def test_an_emulator_is_no_real_project() -> None:
    """Whoever names production and has an emulator in the environment is asked which is meant."""
    with pytest.raises(RefusedError, match="unset FIRESTORE_EMULATOR_HOST"):
        find_place(ROOT, "production", EMULATOR, local=False)


def test_an_emulator_of_the_environment() -> None:
    """FIRESTORE_EMULATOR_HOST alone means the local project there, with the local model."""
    place = find_place(ROOT, None, EMULATOR, local=False)
    assert (place.project, place.emulator) == ("demo-conteur", "127.0.0.1:9")
    assert place.rules.models == {"smollm2-135m-instruct"}


def test_a_local_model_of_ones_own() -> None:
    """With a server of one's own, the model is the one that the stack is started with."""
    own = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_MODEL": "mine"}
    assert find_place(ROOT, None, EMULATOR | own, local=False).rules.models == {"mine"}


def test_the_local_stack_that_runs(stacks: Path, port: int) -> None:
    """--local finds the emulator of the stack, past one that was killed."""
    run_stack(stacks, "killed", 9)
    run_stack(stacks, "alive", port)
    assert find_place(ROOT, None, {}, local=True).emulator == f"127.0.0.1:{port}"


def test_no_local_stack(stacks: Path) -> None:
    """--local without a stack says how to start one."""
    assert list(stacks.iterdir()) == []
    with pytest.raises(RefusedError, match="start one with scripts/dev"):
        find_place(ROOT, None, {}, local=True)


def test_several_local_stacks(stacks: Path, port: int) -> None:
    """--local does not guess which of two stacks is meant."""
    run_stack(stacks, "one", port)
    run_stack(stacks, "two", port)
    with pytest.raises(RefusedError, match="Several local stacks run"):
        find_place(ROOT, None, {}, local=True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["set", "deadlineSec=20"], "say why with --reason"),
        (["set", "--reason", "x"], "name a knob: KNOB=VALUE, or --unset KNOB"),
        (["history", "-n", "0"], "is no number from 1 to 500"),
    ],
)
def test_a_command_that_is_not_whole(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is missing is said before anything is asked of Firestore."""
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert told in capsys.readouterr().err
