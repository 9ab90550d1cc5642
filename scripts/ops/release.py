"""Bring a version from a branch to a tag, from which production is deployed."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scripts.ops.operations.audit import begun, utc_now
from scripts.ops.operations.book import Book
from scripts.ops.operations.commands import Programs, Runner
from scripts.ops.operations.ending import ended
from scripts.ops.operations.journal import Journal
from scripts.ops.operations.record import Kind
from scripts.ops.operations.site import PRODUCTION, find_site
from scripts.ops.releasing.arguments import parse
from scripts.ops.releasing.books import Shelf
from scripts.ops.releasing.finishing import notes_of
from scripts.ops.releasing.github import GitHub
from scripts.ops.releasing.looking import Looker
from scripts.ops.releasing.plan import run
from scripts.ops.releasing.printing import Printer
from scripts.ops.releasing.repository import Repository
from scripts.ops.releasing.verbs import Asked, Planned, Verbs

ROOT = Path(__file__).resolve().parents[2]
QUIET = {
    "GIT_TERMINAL_PROMPT": "0",  # https://git-scm.com/docs/git: asks nobody for a password
    "LC_ALL": "C",
    "GH_PROMPT_DISABLED": "1",  # https://cli.github.com/manual/gh_help_environment
    "GH_NO_UPDATE_NOTIFIER": "1",
    "NO_COLOR": "1",
}
Programmer = Callable[[Path, Mapping[str, str]], Runner]
"""Makes what runs git and gh, of a checkout and the environment that they get."""


def main(
    arguments: list[str] | None = None,
    *,
    root: Path = ROOT,
    environ: Mapping[str, str] = os.environ,
    clock: Callable[[], datetime] = utc_now,
    programs: Programmer = Programs,
) -> int:
    """Run the command and return its exit code."""
    options = parse(arguments)
    printer = Printer(for_programs=options.json)
    run = programs(root, {**environ, **QUIET})
    doing = Doing(options, root, environ, clock, printer)
    return ended(lambda: _run(doing, run), as_json=options.json)


@dataclass(frozen=True, slots=True)
class Doing:
    """What is asked for, where it is done, and whom it is told."""

    options: argparse.Namespace
    root: Path
    environ: Mapping[str, str]
    clock: Callable[[], datetime]
    printer: Printer

    @property
    def yes(self) -> bool:
        """Whether it is to be done, not only shown."""
        return bool(getattr(self.options, "yes", False))


def _run(doing: Doing, runner: Runner) -> int:
    options = doing.options
    repository, github = Repository(runner), GitHub(runner)
    repository.fetch()
    if options.verb == "notes":
        found = notes_of(repository, options.version, options.commit)
        return doing.printer.notes(options.version, found)
    asked = Asked(options.verb, options.version, getattr(options, "title", ""))
    shelf = Shelf(doing.root, doing.environ, doing.clock, doing.printer.tell)
    with shelf.opened(options.verb, yes=doing.yes, in_files=options.without_record) as books:
        looker = Looker(repository, github, books, getattr(options, "confirm", ()))
        plan = Verbs(doing.root, looker).planned(asked, doing.clock())
        return _carry_out(plan, doing, books.production)


def _carry_out(plan: Planned, doing: Doing, book: Book) -> int:
    """Do what is planned where that is asked for; else only show it."""
    doing.printer.plan(plan, yes=doing.yes)
    if not doing.yes or plan.over:
        return doing.printer.end(plan)
    if not plan.gates.green:
        doing.printer.end(plan)
        raise plan.refusal()
    site = find_site(doing.root, PRODUCTION, doing.environ)
    asked = {
        "verb": plan.asked.verb,
        "version": str(plan.asked.version),
        "confirmed": getattr(doing.options, "confirm", []),
    }
    record = begun(site, Kind.RELEASE, plan.asked.subject, asked=asked, clock=doing.clock)
    journal = Journal(record, book, doing.printer.tell, doing.clock)
    with journal.open():
        run(plan.steps, journal)
    return doing.printer.done(plan, record.id)


if __name__ == "__main__":
    sys.exit(main())
