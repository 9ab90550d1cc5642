"""A runbook as its reader meets it: its headings, its commands and its table of causes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs/procedures"
FIND, CURE = "Find the cause", "Cure"
"""The headings under which a page's commands are followed."""

_FENCE = re.compile(r"^ *```")
_HEADING = re.compile(r"^(#+) (.+)$")
_CODE = re.compile(r"`([^`]+)`")
_CAUSES = 3  # columns: cause, what you see, what to do


@dataclass(frozen=True)
class Cause:
    """A row of the table: `sees` are the literals to look for, `does` what helps."""

    name: str
    sees: tuple[str, ...]
    does: str

    @property
    def commands(self) -> tuple[str, ...]:
        """Return the commands of ours that the row tells to give."""
        return tuple(code for code in _CODE.findall(self.does) if code.startswith("scripts/"))


@dataclass(frozen=True)
class Section:
    """A heading and what is under it, up to the next one."""

    level: int
    heading: str
    lines: tuple[str, ...]

    @property
    def commands(self) -> tuple[str, ...]:
        """Return the commands of its blocks, each on one line."""
        return tuple(_commands(self.lines))

    @property
    def ours(self) -> tuple[str, ...]:
        """Return those of them that are in this repository's `scripts/`."""
        return tuple(command for command in self.commands if command.startswith("scripts/"))


@dataclass(frozen=True)
class Runbook:
    """A page of docs/procedures; its first section is its title's."""

    path: Path

    @classmethod
    def named(cls, name: str, language: str = "en") -> "Runbook":
        """Return a page by its name, in French if `language` is `fr`."""
        return cls((PAGES if language == "en" else PAGES / language) / f"{name}.md")

    @cached_property
    def text(self) -> str:
        return self.path.read_text()

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        return tuple(_sections(self.text.splitlines()))

    @property
    def headings(self) -> tuple[int, ...]:
        """Return the levels of its headings, from the first."""
        return tuple(section.level for section in self.sections)

    @property
    def commands(self) -> tuple[str, ...]:
        """Return all commands of its blocks."""
        return tuple(command for section in self.sections for command in section.commands)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Return all that it has in backticks outside of its blocks, in order."""
        return tuple(_CODE.findall("\n".join(_outside_blocks(self.text.splitlines()))))

    @cached_property
    def causes(self) -> tuple[Cause, ...]:
        """Return the rows of its tables of causes, in order."""
        return tuple(_causes(self.text.splitlines()))

    def section(self, heading: str) -> Section:
        """Return the section of this heading."""
        return next(section for section in self.sections if section.heading == heading)

    def cause(self, name: str) -> Cause:
        """Return the row of this cause."""
        return next(cause for cause in self.causes if cause.name == name)

    def others(self, name: str) -> set[str]:
        """Return the literals by which all other causes than this one are known."""
        own = set(self.cause(name).sees)
        return {code for cause in self.causes for code in cause.sees} - own


def _sections(lines: list[str]) -> Iterator[Section]:
    level, heading, held, inside = 0, "", list[str](), False
    for line in lines:
        inside ^= bool(_FENCE.match(line))
        found = None if inside else _HEADING.match(line)
        if found:
            if level:
                yield Section(level, heading, tuple(held))
            level, heading, held = len(found[1]), found[2], []
        else:
            held.append(line)
    yield Section(level, heading, tuple(held))


def _commands(lines: tuple[str, ...]) -> Iterator[str]:
    inside, begun = False, ""
    for line in lines:
        if _FENCE.match(line):
            inside = not inside
        elif inside and line.strip().endswith("\\"):
            begun += line.strip()[:-1].rstrip() + " "
        elif inside and line.strip() and not line.strip().startswith("#"):
            yield begun + line.strip()
            begun = ""


def _outside_blocks(lines: list[str]) -> Iterator[str]:
    inside = False
    for line in lines:
        if _FENCE.match(line):
            inside = not inside
        elif not inside:
            yield line


def _causes(lines: list[str]) -> Iterator[Cause]:
    inside = False
    for line in lines:
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.lstrip().startswith("|") or len(cells) != _CAUSES:
            inside = False
        elif cells[0] == "cause":
            inside = True
        elif inside and not set(cells[0]) <= set("-: "):
            name = re.sub(r"[*`]", "", cells[0])
            yield Cause(name, tuple(_CODE.findall(cells[1])), cells[2])
