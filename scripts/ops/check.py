"""Check lint, format, types, architecture, locks and made pages; nothing is changed."""

import argparse
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHON = (sys.executable, "-m")
CHECKS = {
    "types": (*PYTHON, "mypy", "functions/conteur", "functions/main.py", "scripts", "tests"),
    "architecture": (*PYTHON, "pytest", "-q", "--no-header", "tests/test_architecture.py"),
    "lint": (*PYTHON, "ruff", "check"),
    "format": (*PYTHON, "ruff", "format", "--check"),
    "locks": (*PYTHON, "scripts.local.lock", "--check"),
    "errors": ("scripts/errors",),
    "pages": ("scripts/monitoring", "pages"),
    "docs": (*PYTHON, "scripts.ops.documents", "check"),
    "workflows": (*PYTHON, "scripts.ops.workflows"),
}
MENDS = {
    "lint": "`.venv/bin/ruff check --fix` mends part of it",
    "format": "`.venv/bin/ruff format` mends it",
    "locks": "`scripts/lock` writes them anew",
    "errors": "`scripts/errors --update` writes them anew",
    "pages": "`scripts/monitoring pages --update` writes them anew",
    "docs": "`.venv/bin/python -m scripts.ops.documents write` writes docs/api anew",
}


@dataclass(frozen=True)
class Outcome:
    """How one check went. `seconds` it took, `output` of both streams."""

    name: str
    passed: bool
    seconds: float
    output: str


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="scripts/check", description=__doc__)
    names = f"which of {', '.join(CHECKS)}; all where none is named"
    parser.add_argument("names", nargs="*", type=_name, metavar="CHECK", help=names)
    asked = parser.parse_args(arguments).names
    return check({name: CHECKS[name] for name in asked or CHECKS})


def _name(text: str) -> str:
    if text not in CHECKS:
        raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(CHECKS)}")
    return text


def check(checks: Mapping[str, tuple[str, ...]]) -> int:
    """Run all checks side by side, show what the failed ones printed, and return 1 if any did."""
    with ThreadPoolExecutor(len(checks)) as pool:
        running = [pool.submit(_run, name, command) for name, command in checks.items()]
        outcomes = [_told(each.result()) for each in as_completed(running)]
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def _run(name: str, command: tuple[str, ...]) -> Outcome:
    started = time.monotonic()
    done = subprocess.run(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Outcome(name, done.returncode == 0, time.monotonic() - started, done.stdout)


def _told(outcome: Outcome) -> Outcome:
    print(f"{'ok' if outcome.passed else 'FAILED':6} {outcome.name} ({outcome.seconds:.1f} s)")
    if not outcome.passed:
        print(outcome.output.rstrip())
        if outcome.name in MENDS:
            print(f"-> {MENDS[outcome.name]}")
    return outcome


if __name__ == "__main__":
    sys.exit(main())
