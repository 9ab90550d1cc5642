"""Deploy staging or production: the plan, the database, rules and indexes, functions, Hosting.

With --canary the new revisions get traffic step by step, are validated and held against the old
ones at each, and it goes back by itself where they are worse. docs/deploy.md says what it takes.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from conteur.telemetry.operation_metrics import ROLLED_BACK
from scripts.ops.logbook.functions import chosen_functions
from scripts.ops.operations.audit import utc_now
from scripts.ops.operations.commands import Programs
from scripts.ops.operations.ending import ended
from scripts.ops.operations.errors import EXIT_CODES, LostError
from scripts.ops.operations.git import commit_of
from scripts.ops.operations.journal import Journal
from scripts.ops.operations.record import Record, State, document
from scripts.ops.operations.site import DEPLOYABLE, PRODUCTION, Site, find_site
from scripts.ops.rollout import beginning, plan_text, whereabouts, wish
from scripts.ops.rollout.around import Around, Rooms, not_as_reviewed, opened
from scripts.ops.rollout.desk import Desk
from scripts.ops.rollout.eyes import eyes
from scripts.ops.rollout.rollout import roll_out
from scripts.ops.rollout.wish import PERCENTS, Wish, parse_percents
from scripts.ops.traffic.moving import Patience
from scripts.ops.validation.announcing import announce

ROOT = Path(__file__).resolve().parents[2]
BAKE = 300.0
MOST_BAKE = 600.0
"""Seconds: a step must be over within an operation's hold of the lock."""
INTERRUPTED = "Interrupted. Where a deploy had begun, the lines above say what is where."
EXAMPLES = """\
examples:
  scripts/deploy production --dry-run
  scripts/deploy staging
  scripts/deploy production --canary --reason "stories in Portuguese"
  scripts/deploy production --canary 10,50,100 --bake 120 --function generate_story
  scripts/deploy production --resume

"""


@dataclass(frozen=True, slots=True)
class _Asked:
    """The command line, and what it is carried out with."""

    options: argparse.Namespace
    around: Around
    site: Site

    def tell(self, line: str) -> None:
        """Print a line for people: where programs read, they get standard output."""
        print(line, file=sys.stderr if self.options.json else sys.stdout, flush=True)


def main(arguments: list[str] | None = None, around: Around | None = None) -> int:
    """Run the command and return its exit code."""
    options = parse(arguments)
    its = around or at_a_terminal()

    def run() -> int:
        asked = _Asked(options, its, find_site(its.root, options.environment, its.environ))
        with opened(its, asked.site, asked.tell) as rooms:
            return _run(asked, rooms)

    return ended(run, as_json=options.json, interrupted=INTERRUPTED)


def at_a_terminal() -> Around:
    """Return what a person at this checkout works with."""
    return Around(
        root=ROOT,
        environ=os.environ,
        run=Programs(ROOT, {}),
        wait=time.sleep,
        clock=utc_now,
        reviewed=partial(not_as_reviewed, ROOT),
        patience=Patience(),
        seeing=eyes,
        telling=lambda site: partial(announce, site, ROLLED_BACK),
    )


def _run(asked: _Asked, rooms: Rooms) -> int:
    options, counter = asked.options, rooms.counter
    if options.resume:
        record = beginning.unfinished(counter)
        asked.tell(f"Going on with {record.id} of {record.by}, commit {record.commit[:12]}")
        if beginning.is_past_the_gates(record):
            asked.tell("The gates are not asked again: to go on is safer than to stay half way.")
        return _carry_out(asked, rooms, record)
    made, closed = beginning.plan(counter, _wish(asked))
    for line in plan_text.lines(made, asked.site.label, commit_of(asked.site.root)):
        asked.tell(line)
    if options.dry_run:
        beginning.try_to_move(counter, made)
        _print(options, {"plan": plan_text.document(made), "refusals": closed})
    if closed:
        raise beginning.refusal(counter, closed)
    if options.dry_run:
        asked.tell("Nothing was changed (--dry-run).")
        return 0
    return _carry_out(asked, rooms, beginning.record(counter, made, options.reason.strip()))


def _carry_out(asked: _Asked, rooms: Rooms, record: Record) -> int:
    counter = rooms.counter
    journal = Journal(record, counter.book, asked.tell, counter.clock)
    outside = rooms.outside(record.id, journal.go_on)
    desk = Desk(outside, journal, wish.read(record.asked), tuple(record.facts["functions"]))
    opening = journal.open(locked=True, by_force=asked.options.take_over)
    try:
        with opening:
            roll_out(desk)
    except BaseException as error:
        if journal.record.state is State.STOPPED:
            goes_on = not isinstance(error, LostError)  # who took its place has the next word
            for line in whereabouts.lines(journal.record, outside.platform, goes_on=goes_on):
                print(line, file=sys.stderr)
        raise
    finally:
        _print(asked.options, document(journal.record))
    asked.tell(f"{record.id}: done")
    return 0


def _print(options: argparse.Namespace, told: Mapping[str, Any]) -> None:
    if options.json:
        print(json.dumps(told, indent=2, default=str))


def _wish(asked: _Asked) -> Wish:
    options = asked.options
    functions = chosen_functions(asked.site.root, options.function)
    bake = options.bake
    if bake is None:
        watched = asked.site.name == PRODUCTION and not asked.site.stands_in
        bake = BAKE if watched else 0.0
    return Wish(functions, options.canary or (), bake, options.unpin)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Return what is asked for; end the process where it is asked for wrongly."""
    parser = argparse.ArgumentParser(
        prog="scripts/deploy",
        description=__doc__,
        epilog=EXAMPLES + EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("environment", choices=DEPLOYABLE, help="an alias of .firebaserc")
    function = "only this function, such as generate_story (repeatable)"
    add("--function", action="append", default=[], metavar="NAME", help=function)
    every = ",".join(map(str, PERCENTS))
    canary = f"shift traffic step by step; {every} where no steps are named"
    add("--canary", nargs="?", const=PERCENTS, type=_percents, metavar="STEPS", help=canary)
    bake = f"how long each step is watched; {BAKE:.0f} for production, else 0"
    add("--bake", type=_seconds, metavar="SECONDS", help=bake)
    add("--unpin", action="store_true", help="end an earlier pin, once the functions are deployed")
    add("--reason", default="", metavar="TEXT", help="why, for the record")
    add("--dry-run", action="store_true", help="show the plan and the gates, and change nothing")
    add("--resume", action="store_true", help="go on with the deploy that was cut off")
    add("--take-over", action="store_true", help="take the place of an operation that goes on")
    add("--json", action="store_true", help="print it for programs; progress goes to stderr")
    options = parser.parse_args(arguments)
    if options.resume and _more(options):
        parser.error("--resume goes on as it was asked for: leave the other options out")
    if options.unpin and options.canary:
        parser.error("--canary ends an earlier pin itself: leave out --unpin")
    return options


def _more(options: argparse.Namespace) -> bool:
    more = (options.function, options.canary, options.unpin, options.dry_run, options.reason)
    return any(more) or options.bake is not None


def _percents(text: str) -> tuple[int, ...]:
    try:
        return parse_percents(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _seconds(text: str) -> float:
    if not text.isdecimal() or int(text) > MOST_BAKE:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 to {MOST_BAKE:.0f}")
    return float(text)


if __name__ == "__main__":
    sys.exit(main())
