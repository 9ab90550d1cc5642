"""What each process of the stack is told."""

from pathlib import Path

import pytest

from scripts.local.addresses import Addresses
from scripts.local.commands import EMULATORS, commands, log_of
from scripts.local.model_choice import ModelChoice
from scripts.local.processes import Command

ADDRESSES = Addresses.on(tuple(range(1, 1 + Addresses.count())))
OPENAI = ModelChoice("test-key")
STORE = {"DATABASE_URL": "postgresql://app:hidden@127.0.0.1/conteur", "JWT_SECRET": "hidden too"}


def _commands(folder: Path, model: ModelChoice) -> dict[str, Command]:
    return commands(folder, ADDRESSES, model, STORE)


def test_the_monitoring_stand_in_is_told_where_the_functions_print(tmp_path: Path) -> None:
    """What functions print goes to Cloud Logging's stand-in, out of the emulators' log."""
    argv = _commands(tmp_path, OPENAI)["monitoring"].argv
    assert argv[-2:] == ("--log", str(log_of(tmp_path, EMULATORS)))


def test_only_the_secret_manager_is_told_the_key(tmp_path: Path) -> None:
    """The model's key is in the environment of the Secret Manager stand-in, and nowhere else."""
    told = {
        name for name, command in _commands(tmp_path, OPENAI).items() if "test-key" in str(command)
    }
    assert told == {"secret-manager"}


def test_only_the_secret_manager_is_told_the_stores_secrets(tmp_path: Path) -> None:
    """Secret Manager's stand-in has the store's secrets by their names, and nobody else has."""
    made = _commands(tmp_path, OPENAI)
    told = made.pop("secret-manager")
    assert STORE.items() <= told.env.items()
    assert told.argv[-2:] == ("--secrets", "OPENAI_API_KEY,DATABASE_URL,JWT_SECRET")
    assert "hidden" not in str(made) + str(told.argv)


def test_no_command_line_has_the_key(tmp_path: Path) -> None:
    """The key is on no command line, where every user of the machine could read it."""
    argvs = [command.argv for command in _commands(tmp_path, OPENAI).values()]
    assert "test-key" not in str(argvs)


def test_functions_know_where_the_others_are(tmp_path: Path) -> None:
    """The functions' environment has the stand-ins' addresses and the chosen model."""
    model = ModelChoice("test-key", "http://box:8000/v1", "tales")
    environment = _commands(tmp_path, model)["emulators"].env
    assert environment["CONTEUR_ENV"] == "local"
    assert environment["SECRET_MANAGER_ENDPOINT"] == ADDRESSES.secret_manager
    assert environment["MONITORING_ENDPOINT"] == ADDRESSES.monitoring
    assert environment["NEXT_PUBLIC_API_URL"] == ADDRESSES.hosting
    assert (environment["OPENAI_BASE_URL"], environment["OPENAI_MODEL"]) == (
        "http://box:8000/v1",
        "tales",
    )


@pytest.mark.parametrize("name", ["OPENAI_BASE_URL", "OPENAI_MODEL"])
def test_what_was_not_chosen_is_the_products_default(tmp_path: Path, name: str) -> None:
    """Of OpenAI's own model and address nothing is said: the product knows them."""
    assert name not in _commands(tmp_path, OPENAI)["emulators"].env


def test_the_embedded_model_is_not_started_beside_another(tmp_path: Path) -> None:
    """The embedded model runs only where it is the one that tells."""
    assert "model" not in _commands(tmp_path, OPENAI)
