"""One function, served as production serves it: functions-framework, gunicorn, one worker.

Tests use it where the Functions emulator shows too little: the emulator sends one request at a
time to each process, and checks no token's signature.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from dotenv import dotenv_values

from scripts.local.ports import HOST, reserved_ports
from scripts.local.processes import Command, Process, running
from scripts.local.readiness import listens

FUNCTIONS = Path(__file__).parents[2] / "functions"
MAIN = FUNCTIONS / "main.py"
START_SECONDS = 30.0


@contextmanager
def served(
    function: str, environment: Mapping[str, str], log: Path, source: Path = MAIN
) -> Iterator[tuple[str, Process]]:
    """Serve `function` with `environment` over the public settings; yield its URL and process.

    Another `source` than the product's stands before it, for tests: it may import `main`.
    """
    with (
        reserved_ports(1) as (port,),
        running(_command(function, environment, port, source), log) as process,
    ):
        process.wait_for(listens(port), "listening", START_SECONDS)
        yield f"http://{HOST}:{port}", process


def public_settings() -> dict[str, str]:
    """Return what `functions/.env` sets in every environment."""
    return {name: value or "" for name, value in dotenv_values(FUNCTIONS / ".env").items()}


def _command(function: str, environment: Mapping[str, str], port: int, source: Path) -> Command:
    framework = Path(sys.executable).with_name("functions-framework")
    place = ("--source", str(source), "--host", HOST, "--port", str(port))
    return Command(
        name=f"The function {function}",
        argv=(str(framework), "--target", function, *place),
        env={
            "PATH": os.environ["PATH"],
            "CONTEUR_ENV": "local",
            "GOOGLE_CLOUD_PROJECT": "demo-conteur",
            "K_SERVICE": function.replace("_", "-"),
            **public_settings(),
            **environment,
            "FUNCTION_TARGET": function,
        },
        cwd=FUNCTIONS,
        grace_seconds=10.0,  # as Cloud Run gives: the last flush may rest for 5
    )
