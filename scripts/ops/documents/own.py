"""Commands of this repository: each is there, and really reads the arguments that a page shows."""

import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from scripts.local.testing import in_python
from scripts.ops.documents.asking import ask, flags_of_pytest
from scripts.ops.documents.commands import Shown, flags_of
from scripts.ops.documents.finding import Finding

PYTHON = ".venv/bin/python"
PYTEST = "pytest"
_OF_PYTEST = {PYTEST, "scripts.local.testing"}
_EXEC = re.compile(r'^(?P<before>.*)\bexec \S+ (?:-P )?-m (?P<module>\S+) "\$@"', re.MULTILINE)
_PATHS = re.compile(r"\bPYTHONPATH=(\S+)")
_ARGUMENTS = '"$@"'
_MOST_AT_ONCE = 4


@dataclass(frozen=True)
class Call:
    """A page's command as a module and its arguments; `paths` is what PYTHONPATH says."""

    shown: Shown
    module: str
    paths: str
    arguments: tuple[str, ...]

    @property
    def process(self) -> tuple[str, str]:
        """Return what calls have in common that one process may read."""
        return self.module, self.paths


@dataclass(frozen=True)
class Checked:
    """What is wrong with some calls, the flags that their commands know, and what pytest gets."""

    findings: list[Finding]
    flags: set[str]
    rest: Sequence[tuple[Shown, Sequence[str]]] = ()


def call_of(shown: Shown, root: Path) -> Call | Finding | None:
    """Return what the command runs, what is wrong with its path, or None for a mere path."""
    name, *words = shown.words
    if name == PYTHON:
        return _of_python(shown, words)
    path = root / name
    if shown.mention and "*" in name and any(root.glob(name)):
        return None
    if not path.exists():
        return shown.finding(f"there is no {name}", "name one that is there")
    if path.is_dir() or (shown.mention and path.suffix):
        return None
    if not os.access(path, os.X_OK):
        return shown.finding(f"{name} cannot be run", f"`chmod +x {name}`")
    return _of_wrapper(shown, path.read_text(), tuple(words))


def _of_python(shown: Shown, words: list[str]) -> Call | Finding | None:
    if shown.mention and not words:
        return None
    if words[:1] != ["-m"] or not words[1:]:
        return shown.finding("only modules can be checked", f"show it as `{PYTHON} -m MODULE`")
    paths = _PATHS.search(" ".join(shown.variables))
    return Call(shown, words[1], paths[1] if paths else "", tuple(words[2:]))


def _of_wrapper(shown: Shown, script: str, words: tuple[str, ...]) -> Call | Finding | None:
    """Return the call of the module that a script executes with its own arguments."""
    if wrapped := _EXEC.search(script):
        paths = _PATHS.search(wrapped["before"])
        return Call(shown, wrapped["module"], _from_root(paths[1]) if paths else "", words)
    if _ARGUMENTS in script:
        remedy = f"end the script with `exec {PYTHON} -m MODULE {_ARGUMENTS}`"
        return shown.finding("what it runs cannot be told", remedy)
    return shown.finding("it takes no arguments", "leave them out") if words else None


def _from_root(paths: str) -> str:
    """Return PYTHONPATH as it is in the repository's folder, where a script may call it $root."""
    return paths.strip('"').replace("$root/", "").replace("$root", ".")


def check(calls: Sequence[Call], root: Path) -> Checked:
    """Have the commands read the arguments of the calls, side by side."""
    alike = attrgetter("process")
    groups = [list(group) for _, group in groupby(sorted(calls, key=alike), alike)]
    with ThreadPoolExecutor(_MOST_AT_ONCE) as pool:
        asked = any(call.module in _OF_PYTEST for call in calls)
        pytest_flags = pool.submit(flags_of_pytest if asked else _no_flags, root)
        checked = [*pool.map(lambda group: _read(group, root), groups)]
    flags = pytest_flags.result().union(*(each.flags for each in checked))
    findings = [finding for each in checked for finding in each.findings]
    for shown, words in (rest for each in checked for rest in each.rest):
        findings += _of_pytest(shown, words, pytest_flags.result(), root)
    return Checked(findings, flags)


def _no_flags(_root: Path) -> set[str]:
    return set()


def _read(calls: list[Call], root: Path) -> Checked:
    """Check calls of the same module."""
    module, paths = calls[0].process
    if module == PYTEST:
        return Checked([], set(), [(call.shown, call.arguments) for call in calls])
    asked = [*dict.fromkeys((call.arguments, call.shown.mention) for call in calls)]
    said = ask(module, paths, asked, root)
    answers = dict(zip(asked, said["answers"], strict=True))
    answered = [(call.shown, answers[call.arguments, call.shown.mention]) for call in calls]
    findings = [
        shown.finding(answer["problem"], f"look at `{_name(shown)} --help`")
        for shown, answer in answered
        if answer["problem"]
    ]
    rest = [(shown, answer["rest"]) for shown, answer in answered if answer["rest"]]
    return Checked(findings, set(said["flags"]), rest)


def _name(shown: Shown) -> str:
    return " ".join(shown.words[: 3 if shown.words[0] == PYTHON else 1])


def _of_pytest(
    shown: Shown, words: Sequence[str], known: set[str], root: Path
) -> Iterator[Finding]:
    """Yield flags that pytest has not, and tests that are not there."""
    for flag in flags_of(tuple(words)):
        if flag not in known:
            yield shown.finding(f"pytest has no flag `{flag}`", "look at `scripts/test --help`")
    for word in words:
        path = in_python(word).partition("::")[0]
        if word.startswith("tests/") and not (root / path).exists():
            yield shown.finding(f"there is no {path}", "name tests that are there")
