"""Go through every box of the check lists before a deploy, and keep how each is.

Commands are run, the project is looked at, and what only a person can tell is asked. A command
that has passed is not run again on the same files within a day, also after Ctrl-C.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from scripts.ops.boxes import running
from scripts.ops.boxes.box import Box
from scripts.ops.boxes.catalogue import BOXES
from scripts.ops.boxes.desk import Books, Desk, Runners
from scripts.ops.boxes.kept import KeptPasses
from scripts.ops.operations.audit import begun, opened_book, utc_now
from scripts.ops.operations.commands import Programs
from scripts.ops.operations.ending import ended
from scripts.ops.operations.errors import EXIT_CODES, FailedError, RefusedError
from scripts.ops.operations.git import commit_of
from scripts.ops.operations.journal import Journal
from scripts.ops.operations.outcome import Outcome, Report, Verdict
from scripts.ops.operations.record import Kind, Record
from scripts.ops.operations.site import DEPLOYABLE, find_site
from scripts.ops.operations.table import line, table
from scripts.ops.who import who

ROOT = Path(__file__).resolve().parents[2]
GREEN, NOT_GREEN = 0, 1
KEPT = "Interrupted. What has passed is kept: give the command again."
EXAMPLES = """\
examples:
  scripts/preflight staging
  scripts/preflight production --confirm review,rollback-plan,documentation,audit,billing,team
  scripts/preflight production --only openai-key,rules,indexes
  scripts/preflight production --dry-run
  scripts/preflight production --json > preflight.json

Green is what has nothing failed and nothing to confirm; scripts/deploy production asks for a green
one of the same commit, an hour old at most.

"""


@dataclass(frozen=True, slots=True)
class Around:
    """What is around the command: the checkout, the environment, programs and the time."""

    root: Path
    environ: Mapping[str, str]
    runners: Runners
    clock: Callable[[], datetime]
    books: Books = opened_book
    boxes: Sequence[Box] = BOXES


@dataclass(frozen=True, slots=True)
class _Looked:
    """How all is. `record` is the id of what was written down; empty where nothing was."""

    report: Report
    commit: str
    tree: str
    confirmed: Mapping[str, str]
    partial: bool
    record: str = ""

    @property
    def green(self) -> bool:
        """Whether a deploy may go on by it: never where only a part was looked at."""
        return self.report.green and not self.partial

    @property
    def facts(self) -> dict[str, Any]:
        """What the record keeps."""
        outcomes, confirmed = self.report.document(), dict(self.confirmed)
        return {
            "green": self.green,
            "tree": self.tree,
            "outcomes": outcomes,
            "confirmed": confirmed,
        }


def main(arguments: list[str] | None = None, around: Around | None = None) -> int:
    """Run the command and return its exit code."""
    options = parse(arguments)
    its = around or at_a_terminal()
    if options.list:
        _list(its.boxes, as_json=options.json)
        return GREEN
    return ended(lambda: _run(options, its), as_json=options.json, interrupted=KEPT)


def _list(boxes: Sequence[Box], *, as_json: bool) -> None:
    if as_json:
        told = [{"key": each.key, "title": each.title, "asks": each.asks} for each in boxes]
        print(json.dumps(told, indent=2))
    else:
        print(*(f"{each.key:16} {each.title}" for each in boxes), sep="\n")


def at_a_terminal() -> Around:
    """Return what a person at this checkout works with."""
    return Around(ROOT, os.environ, lambda more: Programs(ROOT, more), utc_now)


def _run(options: argparse.Namespace, around: Around) -> int:
    boxes = _chosen(options.only, around.boxes)
    _check_confirmed(options.confirm, boxes)
    site = find_site(around.root, options.environment, around.environ)
    kept = KeptPasses(around.root, afresh=options.fresh)
    with around.books(site) as book:
        desk = Desk(
            site=site,
            book=book,
            clock=around.clock,
            runners=around.runners,
            kept=kept,
            books=around.books,
            through=options.through,
            dry=options.dry_run,
        )
        if options.dry_run or options.only:
            looked = _look(desk, boxes, options)
            _print(looked, options)
            return GREEN if looked.report.green else NOT_GREEN
        return _recorded(desk, boxes, options, around)


def _recorded(desk: Desk, boxes: Sequence[Box], options: argparse.Namespace, around: Around) -> int:
    """Look at all boxes, and write down how they are. Raises FailedError where not all are good."""
    asked = {"confirm": sorted(options.confirm), "fresh": options.fresh}
    reason = options.reason.strip() or "before a deploy"
    record = begun(desk.site, Kind.PREFLIGHT, reason, asked=asked, clock=around.clock)
    journal = Journal(record, desk.book, lambda _: None, around.clock)
    with journal.open():
        looked = _held(replace(_look(desk, boxes, options), record=record.id), record, desk)
        journal.keep(**looked.facts)
        _print(looked, options)
        if not looked.green:
            raise FailedError(
                f"Not green ({record.id}), and production is not deployed without. Mend what "
                "failed, confirm what is asked with --confirm, and give the command again: what "
                "has passed on these files is not run again."
            )
    return GREEN


def _held(looked: _Looked, record: Record, desk: Desk) -> _Looked:
    """Return it with one thing more that failed, where the checkout is not what it was any more."""
    root = desk.site.root
    if commit_of(root) == record.commit and desk.kept.is_clean():
        return looked
    strayed = Outcome(
        "held",
        "Checkout as it was",
        Verdict.FAILED,
        f"it was not the clean commit {record.commit[:12]} until the end",
        "Leave the checkout alone while it is looked at (git worktree makes another one), and give "
        "the command again.",
    )
    return replace(looked, report=Report([*looked.report.outcomes, strayed]))


def _look(desk: Desk, boxes: Sequence[Box], options: argparse.Namespace) -> _Looked:
    root = desk.site.root
    wide = max(len(box.title) for box in boxes)
    confirmed = dict.fromkeys(sorted(options.confirm), who(root)) if options.confirm else {}

    def show(outcome: Outcome) -> None:
        print(line(outcome, wide), file=sys.stderr, flush=True)

    def begin(box: Box) -> None:
        print(f"{box.title} ... (at most {box.seconds / 60:.0f} min)", file=sys.stderr, flush=True)

    commit = commit_of(root)
    report = running.run(boxes, desk, confirmed, show, begin)
    partial = bool(options.only or options.dry_run)
    return _Looked(report, commit, desk.kept.tree, confirmed, partial)


def _print(looked: _Looked, options: argparse.Namespace) -> None:
    if options.json:
        told = {"environment": options.environment, "record": looked.record or None}
        print(json.dumps({**told, "commit": looked.commit, **looked.facts}, indent=2))
        return
    print(table(looked.report))
    if looked.partial:
        why = "--dry-run" if options.dry_run else "only a part was looked at"
        print(f"Nothing was recorded ({why}): no deploy goes on by this.")


def _chosen(keys: Sequence[str], boxes: Sequence[Box]) -> Sequence[Box]:
    if strange := running.unknown(keys, boxes):
        raise RefusedError(
            f"There is no box {', '.join(strange)}, so nothing was looked at. scripts/preflight "
            "--list has all of them."
        )
    return [box for box in boxes if not keys or box.key in keys]


def _check_confirmed(keys: Sequence[str], boxes: Sequence[Box]) -> None:
    asking = [box.key for box in boxes if box.asks]
    if strange := sorted({*keys} - {*asking}):
        raise RefusedError(
            f"Nobody can confirm {', '.join(strange)}, so nothing was looked at: those that ask a "
            f"person are {', '.join(asking) or 'none of these'}."
        )


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Return what is asked for; end the process where it is asked for wrongly."""
    parser = argparse.ArgumentParser(
        prog="scripts/preflight",
        description=__doc__,
        epilog=EXAMPLES + EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("environment", nargs="?", choices=DEPLOYABLE, help="whose project is looked at")
    add("--only", type=_keys, default=[], metavar="KEY,...", help="some boxes; never green")
    confirmed = "what you vouch for; it is recorded with your name"
    add("--confirm", type=_keys, default=[], metavar="KEY,...", help=confirmed)
    add("--through", default="", metavar="HOST:PORT", help="a proxy in the way to the database")
    add("--fresh", action="store_true", help="run what has passed on the same files again, too")
    add("--reason", default="", help="why, for the record")
    add("--dry-run", action="store_true", help="look, run no command, and record nothing")
    add("--json", action="store_true", help="print it for programs")
    add("--list", action="store_true", help="print the boxes, and look at nothing")
    options = parser.parse_args(arguments)
    if not options.environment and not options.list:
        parser.error(f"name an environment: {' or '.join(DEPLOYABLE)}")
    return options


def _keys(text: str) -> list[str]:
    return [key for part in text.split(",") if (key := part.strip())]


if __name__ == "__main__":
    sys.exit(main())
