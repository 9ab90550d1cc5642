"""How production serves a function in Python: functions-framework, gunicorn, one worker."""

import os
from collections.abc import Mapping
from pathlib import Path

from scripts.local.ports import HOST
from scripts.local.processes import Command
from tests.bench.peers.interpreter import interpreter
from tests.bench.services import Services

GRACE_SECONDS = 10.0  # as Cloud Run gives


def framework(
    source: Path, function: str, port: int, services: Services, settings: Mapping[str, str]
) -> Command:
    """Return the command that serves a function of `source`, a file in the folder it runs in."""
    program = interpreter().with_name("functions-framework")
    place = ("--source", source.name, "--host", HOST, "--port", str(port))
    return Command(
        name=f"The function {function}",
        argv=(str(program), "--target", function, *place),
        env={
            "PATH": os.environ["PATH"],
            "PYTHONDONTWRITEBYTECODE": "1",  # a file of ours has none at any start
            "FUNCTION_TARGET": function,
            "K_SERVICE": function.replace("_", "-"),
            **services.environment(),
            **settings,
        },
        cwd=source.parent,
        grace_seconds=GRACE_SECONDS,
    )
