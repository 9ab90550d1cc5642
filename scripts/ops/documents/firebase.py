"""The Firebase CLI: its subcommands and flags, as the installed one's help has them."""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from scripts.ops.documents.commands import Shown, flags_of
from scripts.ops.documents.finding import Finding

NAME = "firebase"
PACKAGE = "firebase-tools"
"""What npm has the CLI in, and what `npx` gets where nothing is installed."""

_SCRIPT = Path(__file__).with_name("firebase_help.mjs")
_PATIENCE_SECONDS = 60.0

Help = Mapping[str, list[str] | None]
"""Subcommand -> its flags, None for one that is not there; the CLI's own under ""."""


def ask(asked: Iterable[Shown]) -> Help:
    """Return what the CLI says of the subcommands of these calls. It is asked once, offline."""
    names = {_subcommand(shown) for shown in asked}
    if not names:
        return {}
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            ["node", str(_SCRIPT), *sorted(filter(None, names))],  # noqa: S607 - the user's own node
            capture_output=True,
            check=True,
            env={"PATH": os.environ["PATH"], "HOME": home},
            text=True,
            timeout=_PATIENCE_SECONDS,
        )
    found: dict[str, list[str] | None] = json.loads(done.stdout)
    return found


def check(shown: Shown, known: Help) -> Iterator[Finding]:
    """Yield what is wrong with a call of `firebase`."""
    name = _subcommand(shown)
    flags = known[name]
    if flags is None:
        remedy = "name one that `npx firebase --help` lists"
        yield shown.finding(f"firebase has no command `{name}`", remedy)
        return
    for flag in flags_of(shown.words):
        if flag not in {*flags, *(known[""] or ())}:
            remedy = f"look at `npx firebase {name} --help`"
            yield shown.finding(f"firebase {name} has no flag `{flag}`", remedy)


def _subcommand(shown: Shown) -> str:
    """Return the subcommand, which comes first; without one the CLI itself is meant."""
    called = PACKAGE if PACKAGE in shown.words[:2] else NAME
    words = shown.words[shown.words.index(called) + 1 :]
    return words[0] if words and not words[0].startswith("-") else ""
