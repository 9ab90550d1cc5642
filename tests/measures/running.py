"""What the measures share: an emulator, the lines of the log, and bounded numbers."""

import argparse
import json
import os
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

from scripts.local.firestore import START_SECONDS, firestore_command, firestore_emulator
from scripts.local.ports import HOST, reserved_ports
from scripts.local.processes import running
from scripts.local.readiness import answers

RULES = Path(__file__).parents[2] / "firestore.rules"
BYTES_OF_MAXRSS = 1 if sys.platform == "darwin" else 1024


@contextmanager
def emulator() -> Iterator[str]:
    """Run a Firestore emulator, and yield its `host:port`."""
    with tempfile.TemporaryDirectory() as folder, firestore_emulator(Path(folder), RULES) as host:
        yield host


@contextmanager
def large_emulator(heap_gb: int) -> Iterator[str]:
    """Run a Firestore emulator that may hold `heap_gb` of documents, and yield its `host:port`."""
    with tempfile.TemporaryDirectory() as folder, reserved_ports(1) as (port,):
        usual = firestore_command(Path(folder), port, RULES)
        # What makes it start fast makes it slow later, which counts when it runs for an hour.
        argv = tuple(word for word in usual.argv if word != "-XX:TieredStopAtLevel=1")
        env = {**usual.env, "JAVA_TOOL_OPTIONS": f"-Xmx{heap_gb}g"}
        with running(replace(usual, argv=argv, env=env), Path(folder) / "log") as process:
            process.wait_for(answers(f"http://{HOST}:{port}/"), "ready", START_SECONDS)
            yield f"{HOST}:{port}"


@contextmanager
def quietly() -> Iterator[list[dict[str, Any]]]:
    """Take what is logged in the block; yield a list that holds it afterwards."""
    entries: list[dict[str, Any]] = []
    with redirect_stdout(StringIO()) as written:
        yield entries
    entries.extend(json.loads(line) for line in written.getvalue().splitlines())


def between(least: int, most: int) -> Callable[[str], int]:
    """Return what reads an argument that is a whole number within bounds."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(f"{number} is not from {least} to {most}")
        return number

    return read


def memory_mb() -> float:
    """Return the most memory that this process has had resident, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_OF_MAXRSS / 1e6


def say(line: str = "") -> None:
    """Print at once, as a measure runs for minutes."""
    print(line, flush=True)  # noqa: T201 - a command speaks by printing


def machine() -> str:
    """Return what the figures depend on."""
    return f"{os.cpu_count()} cores, Python {sys.version.split()[0]}"
