"""Programs that are not ours: what pages show of them is held to a reviewed list, foreign.toml."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from scripts.ops.documents.commands import Shown, flags_of
from scripts.ops.documents.finding import Finding

LIST = Path(__file__).with_name("foreign.toml")
_REVIEW = "correct it, or review it and add it to scripts/ops/documents/foreign.toml"


@dataclass(frozen=True)
class Program:
    """What pages may ask of a program, and `why` it is not asked itself."""

    why: str
    flags: list[str]
    commands: dict[str, list[str]] = field(default_factory=dict)


def programs() -> dict[str, Program]:
    """Return the programs of the list, by name."""
    return {name: Program(**entry) for name, entry in tomllib.loads(LIST.read_text()).items()}


def check(shown: Shown, known: dict[str, Program]) -> Iterator[Finding]:
    """Yield what is not on the list: the program, its subcommand, a flag."""
    name, *words = shown.words
    program = known.get(name)
    if program is None:
        yield shown.finding(f"the program `{name}` is not known{_like(name, known)}", _REVIEW)
        return
    subcommand = _subcommand(words, program)
    if program.commands and subcommand is None and not (shown.mention and not words):
        near = _like(" ".join(words), program.commands)
        yield shown.finding(f"this subcommand of `{name}` is not known{near}", _REVIEW)
        return
    flags = {*program.flags, *program.commands.get(subcommand or "", ())}
    for flag in flags_of(tuple(words)):
        if not _is_known(flag, flags):
            yield shown.finding(f"the flag `{flag}` of `{name}` is not known", _REVIEW)


def all_flags(known: dict[str, Program]) -> set[str]:
    """Return the flags of all programs."""
    lists = (flags for each in known.values() for flags in (each.flags, *each.commands.values()))
    return {flag for flags in lists for flag in flags}


def _subcommand(words: list[str], program: Program) -> str | None:
    """Return the longest subcommand that the words begin with."""
    beginnings = (" ".join(words[:length]) for length in range(len(words), 0, -1))
    return next((words for words in beginnings if words in program.commands), None)


def _is_known(flag: str, flags: set[str]) -> bool:
    """Tell whether a flag is known; `-rs` stands for `-r -s`."""
    several = not flag.startswith("--") and all(f"-{letter}" in flags for letter in flag[1:])
    return flag in flags or several


def _like(name: str, known: dict[str, Program] | dict[str, list[str]]) -> str:
    near = get_close_matches(name, known, 1)
    return f" (`{near[0]}` is)" if near else ""
