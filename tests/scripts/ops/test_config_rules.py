"""What the knobs of a place may be, by its settings and prompts."""

from pathlib import Path

import pytest

from conteur.domain.knob_values import KnobRules
from scripts.ops.config import ROOT, main
from scripts.ops.config_errors import RefusedError
from scripts.ops.config_rules import find_rules
from scripts.ops.place import find_place

EMULATOR = {"FIRESTORE_EMULATOR_HOST": "127.0.0.1:9"}


def rules_of(named: str | None, environ: dict[str, str], root: Path = ROOT) -> KnobRules:
    return find_rules(root, find_place(root, named, environ, local=False), environ)


def test_a_project_has_the_settings_of_its_environment() -> None:
    """They name the models, and the prompts that are on the shelf."""
    rules = rules_of("production", {})
    assert rules.usual.models == ("gpt-5.4-mini",)
    assert rules.versions == {"story-2", "story-3"}


def test_an_environment_has_settings_of_its_own(tmp_path: Path) -> None:
    """functions/.env.<alias> adds to functions/.env, and wins."""
    (tmp_path / "functions/conteur").mkdir(parents=True)
    (tmp_path / "functions/conteur/prompts").symlink_to(ROOT / "functions/conteur/prompts")
    (tmp_path / ".firebaserc").write_text('{"projects": {"staging": "its-id"}}')
    (tmp_path / "functions/.env").write_text("OPENAI_PRICES=a:1/2@2026-01-01\nOPENAI_MODEL=a\n")
    (tmp_path / "functions/.env.staging").write_text("QUOTA_STORIES_PER_DAY=7\n")
    usual = rules_of("its-id", {}, tmp_path).usual
    assert (usual.models, usual.quota.signed_in.stories_a_day) == (("a",), 7)


def test_settings_that_cannot_be_used(tmp_path: Path) -> None:
    """Nothing can be checked against settings that would stop the functions."""
    (tmp_path / "functions").mkdir()
    (tmp_path / ".firebaserc").write_text('{"projects": {"staging": "its-id"}}')
    (tmp_path / "functions/.env").write_text("STORY_DEADLINE_SECONDS=99\n")
    with pytest.raises(RefusedError, match=r"(?s)Mend them first:.*STORY_DEADLINE_SECONDS='99'"):
        rules_of("staging", {}, tmp_path)


def test_the_local_model() -> None:
    """A local stack has the model that is embedded."""
    assert rules_of(None, EMULATOR).models == {"smollm2-135m-instruct"}


def test_a_local_model_of_ones_own() -> None:
    """With a server of one's own, the model is the one that the stack is started with."""
    own = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_MODEL": "mine"}
    assert rules_of(None, EMULATOR | own).models == {"mine"}


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
