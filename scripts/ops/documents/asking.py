"""Starts the processes that know how commands of ours, and pytest, read their arguments."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

from scripts.ops.documents.arguments import Answer, Asked

_FLAG = re.compile(r"(?<![\w-])--?[A-Za-z][\w-]*")
_PATIENCE_SECONDS = 120.0


class Said(TypedDict):
    """The answers in the order of what was asked, and all flags that the command knows."""

    answers: list[Answer]
    flags: list[str]


def ask(module: str, paths: str, asked: Sequence[tuple[Sequence[str], bool]], root: Path) -> Said:
    """Ask how `module` reads each of the arguments; True beside them says it is a mention."""
    questions: list[Asked] = [{"words": [*words], "mention": mention} for words, mention in asked]
    done = _run(["scripts.ops.documents.arguments", module], paths, root, json.dumps(questions))
    if done.returncode:
        problem = f"{module} cannot be asked: {done.stderr.strip().splitlines()[-1:]}"
        return {"answers": [{"problem": problem, "rest": []} for _ in asked], "flags": []}
    said: Said = json.loads(done.stdout)
    return said


def flags_of_pytest(root: Path) -> set[str]:
    """Return the flags that pytest's help names, with those of its plugins."""
    done = _run(["pytest", "--help", "-p", "no:cacheprovider"], "", root, "")
    return set(_FLAG.findall(done.stdout))


def _run(words: list[str], paths: str, root: Path, sent: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, "-m", *words],
        capture_output=True,
        check=False,
        cwd=root,
        env={**environment, **({"PYTHONPATH": paths} if paths else {})},
        input=sent,
        text=True,
        timeout=_PATIENCE_SECONDS,
    )
