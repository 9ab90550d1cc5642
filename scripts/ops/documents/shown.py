"""Checks every command that the pages show: each by those who know it, and none left out."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from scripts.ops.documents import firebase, foreign, own
from scripts.ops.documents.commands import (
    Shown,
    flags_of,
    is_of_ours,
    mentioned_flags,
    shown_by,
)
from scripts.ops.documents.finding import Finding
from scripts.ops.documents.markdown import Page
from scripts.ops.documents.own import Call
from scripts.ops.documents.shell import commands

RUNNERS = {"npm", "npx", firebase.NAME}


@dataclass(frozen=True)
class Shelves:
    """The commands of all pages, by who knows them; and what is wrong at first sight."""

    root: Path
    findings: list[Finding] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    firebase: list[Shown] = field(default_factory=list)
    foreign: list[Shown] = field(default_factory=list)

    def put(self, shown: Shown) -> None:
        """Sort one command."""
        name, *words = shown.words
        if is_of_ours(name):
            self._put_own(shown)
        elif name == firebase.NAME:
            self.firebase.append(shown)
        elif name == "npx":
            self._put_npx(shown, words)
        elif name == "npm":
            self._put_npm(shown, words)
        else:
            self.foreign.append(shown)

    def _put_own(self, shown: Shown) -> None:
        call = own.call_of(shown, self.root)
        if isinstance(call, Finding):
            self.findings.append(call)
        elif call is not None:
            self.calls.append(call)

    def _put_npx(self, shown: Shown, words: list[str]) -> None:
        if words[:1] in ([firebase.NAME], [firebase.PACKAGE]):
            self.firebase.append(shown)
        elif words:
            problem = f"nobody checks `npx {words[0]}`"
            self.findings.append(shown.finding(problem, "show another command"))

    def _put_npm(self, shown: Shown, words: list[str]) -> None:
        """Put the commands that a script of package.json runs; the last one gets what follows."""
        if words[:1] != ["run"] or not words[1:]:
            if words:
                self.findings.append(shown.finding("only `npm run` is checked", "show that"))
            return
        scripts = json.loads((self.root / "package.json").read_text())["scripts"]
        if words[1] not in scripts:
            problem = f"package.json has no script `{words[1]}`"
            self.findings.append(shown.finding(problem, f"name one of {', '.join(scripts)}"))
            return
        *others, last = commands(scripts[words[1]])
        for simple, rest in [*((each, []) for each in others), (last, words[2:])]:
            self.put(replace(shown, words=(*simple.words, *rest), variables=simple.variables))


@dataclass(frozen=True)
class Report:
    """What is wrong; how many commands were read by the command itself, how many reviewed."""

    findings: list[Finding]
    read: int
    reviewed: int


def check(pages: Iterable[Page], root: Path) -> Report:
    """Check the commands of all pages."""
    programs, all_pages, shelves = foreign.programs(), list(pages), Shelves(root)
    for page in all_pages:
        for shown in shown_by(page, RUNNERS | programs.keys()):
            if isinstance(shown, Finding):
                shelves.findings.append(shown)
            else:
                shelves.put(shown)
    checked, said = own.check(shelves.calls, root), firebase.ask(shelves.firebase)
    of_firebase = {flag for flags in said.values() for flag in flags or ()}
    findings = [
        *shelves.findings,
        *checked.findings,
        *(finding for shown in shelves.firebase for finding in firebase.check(shown, said)),
        *(finding for shown in shelves.foreign for finding in foreign.check(shown, programs)),
        *_mentions(all_pages, checked.flags | of_firebase | foreign.all_flags(programs)),
    ]
    return Report(findings, len(shelves.calls) + len(shelves.firebase), len(shelves.foreign))


def _mentions(pages: Iterable[Page], known: set[str]) -> Iterator[Finding]:
    """Yield the flags that sentences name and that no command has."""
    for page in pages:
        for shown in mentioned_flags(page):
            for flag in flags_of(shown.words):
                if flag not in known:
                    yield shown.finding(f"no command has a flag `{flag}`", "name one that one has")
