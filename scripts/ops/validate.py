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
from scripts.ops.logbook.log_errors import LogError
from scripts.ops.monitoring.reading.prometheus_errors import QueryError
from scripts.ops.operations.audit import begun, opened_book, utc_now
from scripts.ops.operations.errors import EXIT_CODES, FailedError, OperationError, RefusedError
from scripts.ops.operations.journal import Journal
from scripts.ops.operations.outcome import Report
from scripts.ops.operations.record import Kind
from scripts.ops.operations.site import Site, find_site
from scripts.ops.operations.table import table
from scripts.ops.place import PlaceError
from scripts.ops.plan import PlanError
from scripts.ops.validation.aim import environment_of
from scripts.ops.validation.course import COURSE, GROUPS
from scripts.ops.validation.validating import CALLS, Around, Scope, validate

ROOT = Path(__file__).resolve().parents[2]
MOST_CALLS = 100  # as often as the store lets one author ask in a minute, with room for the rest
INTERRUPTED = 130
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
    try:
        site, scope = aimed(options, root)
        if options.dry_run:
            print(_plan(site, scope))
            return 0
        return _run(site, scope, options, around or Around(_teller()))
    except KeyboardInterrupt:
        return INTERRUPTED
    except (OperationError, PlaceError) as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except PlanError as error:
        print(error, file=sys.stderr)
        return RefusedError.exit_code
    except (QueryError, LogError) as error:
        print(error, file=sys.stderr)
        return OperationError.exit_code


def aimed(options: argparse.Namespace, root: Path) -> tuple[Site, Scope]:
    """Return what is validated, and how. Raises RefusedError or PlanError."""
    aliases = json.loads((root / ".firebaserc").read_text())["projects"]
    name, port = environment_of(options.where, aliases, REGION)
    return (
        find_site(root, name, os.environ),
        Scope(options.tag, options.calls, options.without, port),
    )


def _run(site: Site, scope: Scope, options: argparse.Namespace, around: Around) -> int:
    asked = {"without": list(scope.without), "calls": scope.calls}
    record = begun(site, Kind.VALIDATE, options.reason, by=options.by, asked=asked)
    with opened_book(site) as book:
        journal = Journal(record, book, around.tell, utc_now)
        try:
            with journal.open():
                report = validate(site, scope, around)
                facts = {"green": report.green, "outcomes": report.document(), "tag": scope.tag}
                journal.keep(**facts)
                _print(report, record.id, options)
                _check(report, site)
        except FailedError as error:
            print(error, file=sys.stderr)
            return error.exit_code
    return 0


def _check(report: Report, site: Site) -> None:
    if not report.green:
        names = ", ".join(each.key for each in report.failed)
        raise FailedError(f"{site.label} is not as it has to be: {names}.")


def _print(report: Report, id_: str, options: argparse.Namespace) -> None:
    if options.json:
        told = {"id": id_, "green": report.green, "tag": options.tag}
        print(json.dumps({**told, "outcomes": report.document()}, indent=2))
    else:
        print(f"\n{table(report)}\nrecord {id_}")


def _plan(site: Site, scope: Scope) -> str:
    steps = [each.title for each in COURSE if each.title and each.group not in scope.without]
    by = f" by the traffic tag {scope.tag}" if scope.tag else ""
    return "\n".join(
        [
            f"Would look at {site.label}{by}, as a synthetic user, {scope.calls} calls a speed:",
            *(f"  {step}" for step in steps),
            "and would delete the user's data and account. Nothing was done (--dry-run).",
        ]
    )


def _teller() -> "_Tell":
    return _Tell()


class _Tell:
    """Tells progress where it does not mix with what programs read."""

    def __call__(self, text: str) -> None:
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
