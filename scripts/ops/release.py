"""Bring a version from a branch to a tag, from which production is deployed."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scripts.local.errors import LocalStackError
from scripts.ops.operations.audit import begun, opened_book, utc_now
from scripts.ops.operations.book import Book
from scripts.ops.operations.commands import Programs, Runner
from scripts.ops.operations.errors import OperationError
from scripts.ops.operations.journal import Journal
from scripts.ops.operations.record import Kind
from scripts.ops.operations.site import PRODUCTION, STAGING, find_site
from scripts.ops.place import PlaceError
from scripts.ops.releasing.arguments import parse
from scripts.ops.releasing.finishing import notes_of
from scripts.ops.releasing.github import GitHub
from scripts.ops.releasing.looking import Books, Looker
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
REFUSED, INTERRUPTED = 2, 130
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
    try:
        return _run(Doing(options, root, environ, clock, printer), run)
    except (OperationError, PlaceError) as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except LocalStackError as error:
        print(error, file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("Interrupted: what is done is done. Give the command again.", file=sys.stderr)
        return INTERRUPTED


@dataclass(frozen=True, slots=True)
class Doing:
    """What is asked for, where it is done, and whom it is told."""

    options: argparse.Namespace
    root: Path
    environ: Mapping[str, str]
    clock: Callable[[], datetime]
    printer: Printer


def _run(doing: Doing, runner: Runner) -> int:
    options = doing.options
    repository, github = Repository(runner), GitHub(runner)
    repository.fetch()
    if options.verb == "notes":
        found = notes_of(repository, options.version, options.commit)
        return doing.printer.notes(options.version, found)
    asked = Asked(options.verb, options.version, getattr(options, "title", ""))
    with _books(doing.root, doing.environ, in_files=options.without_record) as books:
        looker = Looker(repository, github, books, getattr(options, "confirm", ()))
        plan = Verbs(doing.root, looker).planned(asked, doing.clock())
        return _carry_out(plan, doing, books.production)


def _carry_out(plan: Planned, doing: Doing, book: Book) -> int:
    """Do what is planned where that is asked for; else only show it."""
    yes = getattr(doing.options, "yes", False)
    doing.printer.plan(plan, yes=yes)
    if not yes or plan.over:
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


@contextmanager
def _books(root: Path, environ: Mapping[str, str], *, in_files: bool) -> Iterator[Books]:
    """Yield the books of both environments; in files, only production's, for the record."""
    production = find_site(root, PRODUCTION, environ)
    if in_files:
        with opened_book(production, in_files=True) as book:
            yield Books(book, unread="not read, by --without-record")
        return
    staging = find_site(root, STAGING, environ)
    with opened_book(staging) as there, opened_book(production) as book:
        yield Books(book, there)


if __name__ == "__main__":
    sys.exit(main())
