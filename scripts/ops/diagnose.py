"""Say what became of one request, why, and what to do next.

ID is what the app or the caller has: a request id, a story's id, or a correlation id of the store,
of which several requests may be. An incident record is written as well (docs/incident-template.md).
Nothing else is changed anywhere.
"""

import argparse
import json
import os
import shlex
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from scripts.ops.diagnosis import report
from scripts.ops.diagnosis.around.where import Where
from scripts.ops.diagnosis.findings import Findings, find
from scripts.ops.diagnosis.incident import write_record
from scripts.ops.diagnosis.quota import QuotaNow, quota_now
from scripts.ops.diagnosis.runbooks import LOCAL, Words
from scripts.ops.diagnosis.search import (
    DEFAULT_SINCE,
    EVER,
    Found,
    mentioned,
    not_found,
    opened_book,
    search,
)
from scripts.ops.diagnosis.surroundings import look_around
from scripts.ops.logbook.moments import FORMS, read_moment
from scripts.ops.logbook.reader import Logbook, LogError
from scripts.ops.logbook.source import Source, find_log_source
from scripts.ops.place import PlaceError

ROOT = Path(__file__).resolve().parents[2]
NOT_FOUND, WRONG_USE = 1, 2
LONGEST_ID = 255
SOME_PROJECT = "PROJECT"  # to be replaced by whoever knows whose log a file is
EXAMPLES = """\
examples:
  scripts/diagnose 5f0c2c3e-7d0a-4b1e-9a51-0d8a2f6b7c11 -P production
  scripts/diagnose 5f0c2c3e-7d0a-4b1e-9a51-0d8a2f6b7c11 -P production --since 30d --user UID
  scripts/diagnose 5f0c2c3e-7d0a-4b1e-9a51-0d8a2f6b7c11 --local --json --no-record
  scripts/diagnose 5f0c2c3e-7d0a-4b1e-9a51-0d8a2f6b7c11 --file app.log --record incident.md

exit codes: 0 diagnosed, 1 there is no line of it, 2 wrong use or place (or no record could be
written), 3 the log cannot be read
"""


def main(
    arguments: list[str] | None = None,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    root: Path = ROOT,
) -> int:
    """Run the command and return its exit code; records go below `root`."""
    at = now()
    options = parse(arguments, at)
    try:
        source = find_log_source(
            ROOT, options.project, os.environ, local=options.local, file=options.file
        )
        with opened_book(source) as book:
            found = search(book, options.id, options.since, at)
            is_told = found is not None and found.is_told
            findings = _findings(found, book, source, options, at) if found and is_told else None
    except (PlaceError, LogError) as error:
        print(error, file=sys.stderr)
        return error.exit_code
    if findings is None:
        words = _words(options).log
        print(not_found(options.id, source, options.since, words), file=sys.stderr)
        if found:
            print(mentioned(found, words), file=sys.stderr)
        return NOT_FOUND
    told = json.dumps(report.document(findings), indent=2, default=str)
    _print(told if options.json else report.text(findings, _width()))
    return 0 if options.no_record else _recorded(findings, root, options.record)


def _print(text: str) -> None:
    """Print to whoever may have enough before the end, as `head` does: the record is for others."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # What is left is not flushed into the pipe when the process ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _width() -> int | None:
    """Return a terminal's columns; None where it is read by no terminal, but by grep."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _findings(
    found: Found, book: Logbook, source: Source, options: argparse.Namespace, at: datetime
) -> Findings:
    findings = find(found.case, found.window, _words(options), source.name, at)
    where = Where(ROOT, options.project, os.environ, options.local, bool(options.file))
    around = look_around(found.case, book, where, at, has_place=not options.file)
    now = _quota_now(findings, where, options.user) if options.user else None
    return replace(findings, around=around, quota_now=now)


def _quota_now(findings: Findings, where: Where, user: str) -> QuotaNow:
    call = findings.verdict.call
    try:
        place = where.firestore()
    except PlaceError as error:
        return QuotaNow("", problem=str(error))
    return quota_now(place, user, call.request_id, call.began)


def _recorded(findings: Findings, root: Path, named: str) -> int:
    """Write the record; say where on stderr, so that what is printed stays one document."""
    try:
        path = write_record(findings, root, named)
    except OSError as error:
        print(
            f"The incident record was not written ({error.strerror}). Name another file with "
            "--record, or use --no-record.",
            file=sys.stderr,
        )
        return WRONG_USE
    print(f"Incident record: {os.path.relpath(path)}", file=sys.stderr)
    return 0


def _words(options: argparse.Namespace) -> Words:
    project = f"-P {shlex.quote(options.project or SOME_PROJECT)}"
    place = LOCAL if options.local else project
    return Words(place, f"--file {shlex.quote(options.file)}" if options.file else place)


def parse(arguments: list[str] | None, at: datetime) -> argparse.Namespace:
    """Return what is asked for; end the process where it is asked for wrongly."""
    parser = argparse.ArgumentParser(
        prog="scripts/diagnose",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("id", metavar="ID", type=_id, help="a request's, a story's, or a correlation id")
    add("-P", "--project", help="an alias of .firebaserc, or a project's id")
    add("--local", action="store_true", help="the local stack that runs")
    add("--file", default="", help="what functions printed, or an export; - is standard input")
    add("--since", default="", metavar="WHEN", help=f"{FORMS} (default: 7d; of a file, all)")
    add("--user", default="", metavar="UID", help="whose counters to read as they are now")
    add("--json", action="store_true", help="print it for programs")
    recording = parser.add_mutually_exclusive_group()
    where = "where the incident record goes (default: the checkout's incidents/DATE-ID.md)"
    recording.add_argument("--record", default="", metavar="FILE", help=where)
    recording.add_argument("--no-record", action="store_true", help="write no incident record")
    options = parser.parse_args(arguments)
    options.since = _since(parser, options, at)
    return options


def _id(text: str) -> str:
    if not 1 <= len(text.strip()) <= LONGEST_ID:
        raise argparse.ArgumentTypeError(f"an id has 1 to {LONGEST_ID} characters")
    return text.strip()


def _since(parser: argparse.ArgumentParser, options: argparse.Namespace, at: datetime) -> datetime:
    if not options.since:
        return EVER if options.file else at - DEFAULT_SINCE
    try:
        return read_moment(options.since, at)
    except ValueError as error:
        parser.error(f"--since: {error}")


if __name__ == "__main__":
    sys.exit(main())
