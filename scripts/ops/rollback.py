"""Give the traffic back to an earlier revision, or turn a part of the service off.

Without --yes nothing is changed: it shows what serves, what it would go back to, and why others do
not qualify. A revision qualifies that is Ready, whose image is there, that is not quarantined, and
of whose calls in a week fewer than 1 % failed. What is left is quarantined, unless it keeps a part.
"""

import argparse
import json
import os
import shlex
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from conteur.telemetry.operation_metrics import ROLLED_BACK
from scripts.ops.going_back import before, flag, report
from scripts.ops.going_back.around import Around, Ask, Rooms, booked, opened
from scripts.ops.going_back.moving import carry_out, told
from scripts.ops.going_back.options import LOCAL, parse, wish_of
from scripts.ops.going_back.plan import split_of
from scripts.ops.going_back.planning import Plan
from scripts.ops.going_back.seeing import seeing
from scripts.ops.going_back.trusting import trust, trust_text
from scripts.ops.going_back.wish import Wish
from scripts.ops.logbook.functions import chosen_functions
from scripts.ops.operations.audit import begun, opened_book, utc_now
from scripts.ops.operations.book import Book
from scripts.ops.operations.commands import Programs
from scripts.ops.operations.ending import ended
from scripts.ops.operations.errors import EXIT_CODES, OperationError, RefusedError
from scripts.ops.operations.journal import Journal
from scripts.ops.operations.record import Kind, document
from scripts.ops.operations.site import Site, find_site
from scripts.ops.traffic.moving import Patience
from scripts.ops.validation.announcing import announce

ROOT = Path(__file__).resolve().parents[2]
UNCHANGED = "Nothing was changed (without --yes)."
PINNED = "The traffic is pinned now: the next scripts/deploy ends that with --canary or --unpin."
EXAMPLES = """\
examples:
  scripts/rollback production
  scripts/rollback production --yes --reason "stories end in the middle"
  scripts/rollback production --function generate_story --percent 50 --yes --reason "is it this?"
  scripts/rollback production --to generate-story-00012-abc --yes --reason "00013 is bad as well"
  scripts/rollback production --trust generate-story-00014-xyz --yes --reason "it was the provider"
  scripts/rollback production --flag generation.enabled --yes --reason "the provider is down"

"""


@dataclass(frozen=True, slots=True)
class _Asked:
    """The command line, and what it is carried out with."""

    options: argparse.Namespace
    wish: Wish
    around: Around
    site: Site
    again: str  # the command as it was given, but for --dry-run

    @property
    def doing(self) -> str:
        """The command that does what this one only shows."""
        why = "" if self.options.reason.strip() else " --reason TEXT"
        return f"{self.again} --yes{why}"

    def tell(self, line: str) -> None:
        """Print a line for people: where programs read, they get standard output."""
        print(line, file=sys.stderr if self.options.json else sys.stdout, flush=True)

    def print(self, **told: Any) -> None:  # noqa: ANN401 - values of JSON
        """Print what happened, for programs."""
        if self.options.json:
            print(json.dumps({"environment": self.site.name, **told}, indent=2, default=str))

    def journal(self, book: Book, **asked: Any) -> Journal:  # noqa: ANN401 - values of JSON
        """Return the journal of what begins now, its record unwritten."""
        clock, reason = self.around.clock, self.options.reason.strip()
        record = begun(self.site, Kind.ROLLBACK, reason, asked=asked, clock=clock)
        return Journal(record, book, self.tell, clock)


def main(arguments: list[str] | None = None, around: Around | None = None) -> int:
    """Run the command and return its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    options = parse(given, __doc__ or "", EXAMPLES + EXIT_CODES)
    its = around or at_a_terminal()

    def run() -> int:
        site = find_site(its.root, options.environment, its.environ)
        wish = wish_of(options, chosen_functions(its.root, options.function))
        again = ["scripts/rollback", *(each for each in given if each != "--dry-run")]
        return _run(_Asked(options, wish, its, site, shlex.join(again)))

    return ended(run, as_json=options.json)


def at_a_terminal() -> Around:
    """Return what a person at this checkout works with."""
    return Around(
        root=ROOT,
        environ=os.environ,
        run=Programs(ROOT, {}),
        clock=utc_now,
        patience=Patience(),
        books=lambda site, in_files: opened_book(site, in_files=in_files),
        seeing=seeing,
        telling=lambda site: partial(announce, site, ROLLED_BACK),
    )


def _run(asked: _Asked) -> int:
    options = asked.options
    with booked(asked.around, asked.site, in_files=options.without_record) as book:
        if options.flag:
            return _turn_off(asked, book)
        if options.trust and not options.to:
            return _trust(asked, book)
        ask = Ask(asked.again, asked.wish.trust)
        with opened(asked.around, asked.site, book, asked.tell, ask) as rooms:
            return _list(asked, rooms) if options.list else _go_back(asked, rooms)


def _list(asked: _Asked, rooms: Rooms) -> int:
    plan = rooms.planner.survey(asked.wish)
    asked.tell(report.text(plan, asked.around.clock(), whole=True))
    asked.print(plan=report.document(plan))
    return 0


def _go_back(asked: _Asked, rooms: Rooms) -> int:
    plan = rooms.planner.plan(asked.wish, asked.around.clock())
    asked.tell(f"{asked.site.label}: rollback\n\n{report.text(plan, asked.around.clock())}\n")
    if plan.problems or plan.nothing or not asked.options.yes:
        asked.print(plan=report.document(plan), record=None)
    if plan.problems:
        raise RefusedError("\n- ".join(["Refused, and nothing was changed:", *plan.problems]))
    if plan.nothing:
        asked.tell(plan.nothing)
        return 0
    if not asked.options.yes:
        _try(asked, rooms, plan)
        asked.tell(f"{UNCHANGED} To do it:\n  {asked.doing}")
        return 0
    return _carry_out(asked, rooms, plan)


def _try(asked: _Asked, rooms: Rooms, plan: Plan) -> None:
    """Have Cloud Run check each move, and say what it would refuse."""
    for step in plan.steps:
        if step.move and not step.there:
            state = step.service.state
            try:
                rooms.hands.platform.move(state, split_of(state, step.move), only_try=True)
            except OperationError as error:
                asked.tell(f"Cloud Run would refuse it. {error}")


def _carry_out(asked: _Asked, rooms: Rooms, plan: Plan) -> int:
    book = rooms.hands.book
    journal = asked.journal(book, **asked.wish.document())
    try:
        with journal.open(locked=True, by_force=asked.options.take_over):
            trust(journal, book, asked.wish.trust)
            journal.keep(**before.facts(plan.moves, plan.goes_on), why=plan.why)
            carry_out(journal, rooms.hands, plan.moves)
    finally:
        asked.print(plan=report.document(plan), record=document(journal.record))
    asked.tell(f"{journal.record.id}: done. {PINNED}")
    return 0


def _trust(asked: _Asked, book: Book) -> int:
    asked.tell(trust_text(book, asked.wish.trust))
    if not asked.options.yes:
        asked.print(trust=list(asked.wish.trust), record=None)
        asked.tell(f"{UNCHANGED} To trust it again:\n  {asked.doing}")
        return 0
    journal = asked.journal(book, **asked.wish.document())
    with journal.open():
        trust(journal, book, asked.wish.trust)
    asked.print(trust=list(asked.wish.trust), record=document(journal.record))
    return 0


def _turn_off(asked: _Asked, book: Book) -> int:
    """Turn a knob off. It waits for no lock: who turns off does not have to wait for a deploy."""
    options, site = asked.options, asked.site
    with flag.desk(site.root, site.firestore(), asked.around.environ) as desk:
        if desk.look(options.flag).change is None:
            asked.tell(f"There already: {options.flag} is off. {_on_again(asked)}")
            asked.print(flag=options.flag, record=None)
            return 0
        if not options.yes:
            asked.tell(f"{options.flag} would be turned off, in force within 10 s. {UNCHANGED}")
            asked.tell(f"To do it:\n  {asked.doing}")
            asked.print(flag=options.flag, record=None)
            return 0
        journal = asked.journal(book, flag=options.flag)
        with journal.open():
            its = journal.record
            off = partial(desk.turn_off, options.flag, its.by, its.reason)
            journal.step("flag", f"Turn {options.flag} off", off)
            tell = partial(told, asked.around.telling(site))
            journal.step("announce", "Tell people", tell)
    asked.tell(_on_again(asked))
    asked.print(flag=options.flag, record=document(journal.record))
    return 0


def _on_again(asked: _Asked) -> str:
    where = "--local" if asked.site.name == LOCAL else f"-P {asked.site.name}"
    return (
        f"To turn it on again: scripts/config set {where} {asked.options.flag}=true --reason TEXT"
    )


if __name__ == "__main__":
    sys.exit(main())
