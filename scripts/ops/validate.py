"""Validate a deployed service as its users, operators and alerts see it.

A synthetic user has a story told and streamed, the synthetic shop is published, both are found in
the database, the log and the metrics, a test alert fires and ends. What was made is deleted.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from scripts.local.addresses import REGION
from scripts.ops.operations.audit import begun, opened_book, utc_now
from scripts.ops.operations.ending import ended
from scripts.ops.operations.errors import EXIT_CODES, FailedError
from scripts.ops.operations.journal import Journal
from scripts.ops.operations.outcome import Report
from scripts.ops.operations.record import Kind, Record
from scripts.ops.operations.site import Site, find_site
from scripts.ops.operations.table import table
from scripts.ops.validation.aim import environment_of
from scripts.ops.validation.around import Around
from scripts.ops.validation.course import COURSE, GROUPS
from scripts.ops.validation.validating import CALLS, Scope, validate

ROOT = Path(__file__).resolve().parents[2]
MOST_CALLS = 100  # as often as the store lets one author ask in a minute, with room for the rest
INTERRUPTED = "Interrupted: what was made was deleted, or is named above. Give the command again."
EXAMPLES = f"""\
examples:
  scripts/validate local                                for the stack that scripts/dev runs
  scripts/validate staging --calls 20
  scripts/validate https://conteur-production.web.app --without alert --json
  scripts/validate production --tag canary --without alert,signals
  scripts/validate production --dry-run

{EXIT_CODES}
"""


def main(
    arguments: list[str] | None = None, *, root: Path = ROOT, around: Around | None = None
) -> int:
    """Run the command and return its exit code."""
    options = parse(arguments)

    def run() -> int:
        site, scope = aimed(options, root)
        if options.dry_run:
            _print_plan(site, scope, as_json=options.json)
            return 0
        return _run(site, scope, options, around or Around(_tell))

    return ended(run, as_json=options.json, interrupted=INTERRUPTED)


def aimed(options: argparse.Namespace, root: Path) -> tuple[Site, Scope]:
    """Return what is validated, and how. Raises RefusedError or PlanError."""
    aliases = json.loads((root / ".firebaserc").read_text())["projects"]
    name, port = environment_of(options.where, aliases, REGION)
    return (
        find_site(root, name, os.environ),
        Scope(options.tag, options.calls, options.without, port),
    )


def _run(site: Site, scope: Scope, options: argparse.Namespace, around: Around) -> int:
    asked = {"without": list(scope.without), "calls": scope.calls, "tag": scope.tag}
    record = begun(site, Kind.VALIDATE, options.reason, by=options.by, asked=asked)
    with opened_book(site) as book:
        journal = Journal(record, book, around.tell, utc_now)
        with journal.open():
            report = validate(site, scope, around)
            journal.keep(
                green=report.green and not scope.partial,
                partial=scope.partial,
                outcomes=report.document(),
            )
            _print(report, journal.record, options)
            _check(report, site)
    return 0


def _check(report: Report, site: Site) -> None:
    if not report.green:
        names = ", ".join(each.key for each in report.failed)
        raise FailedError(f"{site.label} is not as it has to be: {names}.")


def _print(report: Report, record: Record, options: argparse.Namespace) -> None:
    if options.json:
        print(json.dumps({"id": record.id, "tag": options.tag, **record.facts}, indent=2))
        return
    print(f"\n{table(report)}\nrecord {record.id}")
    if record.facts["partial"]:
        print("partial: not kept as green, so no release goes on by it")


def _print_plan(site: Site, scope: Scope, *, as_json: bool) -> None:
    steps = [each.title for each in COURSE if each.title and each.group not in scope.without]
    if as_json:
        told = {"environment": site.name, "tag": scope.tag, "checks": steps, "record": None}
        print(json.dumps(told, indent=2))
        return
    by = f" by the traffic tag {scope.tag}" if scope.tag else ""
    print(
        f"Would look at {site.label}{by}, as a synthetic user, {scope.calls} calls a speed:",
        *(f"  {step}" for step in steps),
        "and would delete the user's data and account. Nothing was done (--dry-run).",
        sep="\n",
    )


def _tell(text: str) -> None:
    """Tell progress where it does not mix with what programs read."""
    print(text, file=sys.stderr, flush=True)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Return what is asked for; end the process where it is asked for wrongly."""
    parser = argparse.ArgumentParser(
        prog="scripts/validate",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("where", metavar="URL|ENVIRONMENT", help="staging, production, local, or a URL of one")
    add("--tag", default="", help="look at the revisions that have this traffic tag")
    add("--calls", type=_calls, default=CALLS, metavar="N", help="to measure p95 of (%(default)s)")
    groups = f"leave out groups of checks: {', '.join(GROUPS)}"
    add("--without", type=_groups, default=(), metavar="GROUP,...", help=groups)
    add("--reason", default="a validation", help="why, for the record")
    add("--by", default="", help="who, for the record (git's user.email)")
    add("--dry-run", action="store_true", help="say what would be done, and do nothing")
    add("--json", action="store_true", help="print the outcomes for programs")
    return parser.parse_args(arguments)


def _calls(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_CALLS):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {MOST_CALLS}")
    return int(text)


def _groups(text: str) -> tuple[str, ...]:
    chosen = tuple(text.split(","))
    if unknown := [each for each in chosen if each not in GROUPS]:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: none of {', '.join(GROUPS)}")
    return chosen


if __name__ == "__main__":
    sys.exit(main())
