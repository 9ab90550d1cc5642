"""What the stack runs beside the emulators, and what each of its processes is told."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from scripts.local.addresses import Addresses
from scripts.local.emulators import emulators_command
from scripts.local.environment import base_environment
from scripts.local.errors import LocalStackError
from scripts.local.firebase_project import ROOT
from scripts.local.model_choice import ModelChoice
from scripts.local.processes import Command

EMBEDDED_PYTHON = ROOT / ".cache/model/bin/python"
EMBEDDED_NAME = "smollm2-135m-instruct"
FREE = "0/0@2026-01-01"  # of a model whose price nobody here knows
EMULATORS = "emulators"
KEY = "OPENAI_API_KEY"  # the secret's name, and the variable that the stand-in takes it from


def commands(
    folder: Path, addresses: Addresses, model: ModelChoice, secrets: Mapping[str, str]
) -> dict[str, Command]:
    """Return the stack's commands by short name. Raises LocalStackError if a part is missing.

    `secrets` are those in Secret Manager beside the model's key.
    """
    environment = {**base_environment(os.environ), "TMPDIR": str(folder)}
    functions = {**environment, **_functions_environment(addresses, model)}
    started = {
        EMULATORS: emulators_command(folder, functions),
        "secret-manager": _secret_manager(addresses, environment, {KEY: model.key, **secrets}),
        "monitoring": _standin(
            "monitoring",
            addresses.monitoring_port,
            environment,
            "--log",
            str(log_of(folder, EMULATORS)),
        ),
    }
    if model.embedded:
        started["model"] = _embedded_model(addresses, environment)
    return started


def log_of(folder: Path, name: str) -> Path:
    """Return the file that one of the stack's commands prints to."""
    return folder / f"{name}.log"


def _functions_environment(addresses: Addresses, model: ModelChoice) -> dict[str, str]:
    base_url = addresses.embedded_model if model.embedded else model.base_url
    name = EMBEDDED_NAME if model.embedded else model.name
    return {
        "CONTEUR_ENV": "local",
        "SECRET_MANAGER_ENDPOINT": addresses.secret_manager,
        "MONITORING_ENDPOINT": addresses.monitoring,
        "NEXT_PUBLIC_API_URL": addresses.hosting,
        **({"OPENAI_BASE_URL": base_url} if base_url else {}),
        **({"OPENAI_MODEL": name, "OPENAI_PRICES": f"{name}:{FREE}"} if name else {}),
        **model.settings,
    }


def _secret_manager(
    addresses: Addresses, environment: Mapping[str, str], secrets: Mapping[str, str]
) -> Command:
    told = {**environment, **secrets}
    names = ",".join(secrets)
    return _standin("secret-manager", addresses.secret_manager_port, told, "--secrets", names)


def _standin(kind: str, port: int, environment: Mapping[str, str], *options: str) -> Command:
    module = ("-m", "scripts.local.standins", kind, "--port", str(port))
    return Command(f"The {kind} stand-in", (sys.executable, *module, *options), environment, ROOT)


def _embedded_model(addresses: Addresses, environment: Mapping[str, str]) -> Command:
    if not EMBEDDED_PYTHON.is_file():
        raise LocalStackError("The embedded model is missing: run scripts/setup --for run")
    module = ("-m", "scripts.local.model.server", "--port", str(addresses.model_port))
    return Command(
        "The embedded model", (str(EMBEDDED_PYTHON), *module), environment, ROOT, grace_seconds=0
    )
