"""Read the log of a project, of the local stack or of a file, and follow it.

Times are UTC. --json prints each line as the JSON object that the function printed, so that
grep and jq find there what they would find in the function's own output.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from scripts.ops.logbook.events import strange_events
from scripts.ops.logbook.functions import UnknownFunctionError, chosen_functions
from scripts.ops.logbook.line import Line
from scripts.ops.logbook.log_errors import LogError
from scripts.ops.logbook.moments import FORMS, read_moment
from scripts.ops.logbook.printing import for_people, for_programs
from scripts.ops.logbook.query import Query, Severity
from scripts.ops.logbook.reader import opened
from scripts.ops.logbook.source import STDIN, find_log_source
from scripts.ops.place import PlaceError

ROOT = Path(__file__).resolve().parents[2]
SINCE, SINCE_OF_A_REQUEST = "1h", "7d"  # a complaint may be days old, and has few lines
LINES, MOST_LINES = 200, 10_000
LONGEST_ID = 255
FOUND, NONE = 0, 1
_EVER = datetime.min.replace(tzinfo=UTC)
EXAMPLES = """\
examples:
  scripts/logs -P production --severity warning
  scripts/logs -P production --request 4b0ac0e2-6f0c-4a8e-9a35-6a1f3c1d2e3f --since 2d
  scripts/logs -P production --function store_api --event call.failed --since 15m
  scripts/logs --local --follow
  scripts/logs -P production --since 1d --json -n 10000 > app.log
  scripts/logs --file app.log --severity error
  tail -F app.log | scripts/logs --file - --follow --request 4b0ac0e2-6f0c-4a8e-9a35-6a1f3c1d2e3f

Where several local stacks run, --local needs FIRESTORE_EMULATOR_HOST=HOST:PORT before the command.

exit codes: 0 lines were found, or Ctrl-C has ended --follow; 1 none were found (as grep has it);
2 asked for wrongly, nothing was read; 3 the log could not be read (the text says why)
"""


def main(
    arguments: list[str] | None = None,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> int:
    """Run the command and return its exit code."""
    options = parse(arguments, now())
    try:
        return _run(options)
    except BrokenPipeError:
        # Whoever reads has enough, as `head` does; what is left is not flushed into the pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FOUND
    except (LogError, PlaceError, UnknownFunctionError) as error:
        print(error, file=sys.stderr)
        return error.exit_code


def _run(options: argparse.Namespace) -> int:
    query = Query(
        since=options.since,
        until=options.until,
        request=options.request or "",
        severity=options.severity,
        functions=chosen_functions(ROOT, options.function),
        events=tuple(options.event),
    )
    source = find_log_source(
        ROOT, options.project, os.environ, local=options.local, file=options.file
    )
    for strange in strange_events(ROOT, query.events):
        print(strange, file=sys.stderr)
    with opened(source) as log:
        if options.follow:
            return _follow(log.follow(query, options.n), options)
        lines = log.newest(query, options.n + 1)
    if len(lines) > options.n:
        more = f"These are the newest {options.n}: there are more (-n, --since, --until)."
        print(more, file=sys.stderr)
    if not lines:
        print(_nothing(options), file=sys.stderr)
    return _print(lines[-options.n :], options)


def _nothing(options: argparse.Namespace) -> str:
    """Return the word that nothing was found, and where to look further."""
    if options.file:
        return "No line of the file is what was asked for."
    since = f"{options.since:%Y-%m-%d %H:%M:%S} UTC"
    further = "--since 30d looks further back; Cloud Logging keeps lines for 30 days."
    return f"No line since {since} is what was asked for. {further}"


def _follow(lines: Iterable[Line], options: argparse.Namespace) -> int:
    with suppress(KeyboardInterrupt):
        return _print(lines, options)
    return FOUND


def _print(lines: Iterable[Line], options: argparse.Namespace) -> int:
    """Print lines as they come, and return the exit code."""
    colours = sys.stdout.isatty() and not os.environ.get("NO_COLOR")  # https://no-color.org
    code = NONE
    for line in lines:
        print(for_programs(line) if options.json else for_people(line, colours=colours), flush=True)
        code = FOUND
    return code


def parse(arguments: list[str] | None, now: datetime) -> argparse.Namespace:
    """Return what is asked for; end the process where it is asked for wrongly."""
    parser = argparse.ArgumentParser(
        prog="scripts/logs",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_place(parser)
    _add_choice(parser, partial(_moment, now))
    add = parser.add_argument
    add("-n", type=_count, default=LINES, help="of the newest lines (%(default)s)")
    add("--follow", action="store_true", help="go on with what comes, until Ctrl-C")
    add("--json", action="store_true", help="print it for programs, an object a line")
    options = parser.parse_args(arguments)
    if options.follow and options.until is not None:
        parser.error("--follow has no end but Ctrl-C: leave out --until")
    if options.follow and options.file not in {"", STDIN}:
        parser.error(f"--follow reads no file: tail -F {options.file} | scripts/logs --file - ...")
    if options.since is None:
        since = SINCE_OF_A_REQUEST if options.request else SINCE
        options.since = _EVER if options.file else read_moment(since, now)
    if options.until is not None and options.since >= options.until:
        parser.error(
            f"there is no time between --since ({options.since:%Y-%m-%d %H:%M:%S %Z}) and --until "
            f"({options.until:%Y-%m-%d %H:%M:%S %Z}): give an earlier --since"
        )
    return options


def _add_place(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("-P", "--project", help="an alias of .firebaserc, or a project's id")
    add("--local", action="store_true", help="the local stack that runs")
    file = "lines as functions print them, or as Cloud Logging exports them; - is standard input"
    add("--file", default="", help=file)


def _add_choice(parser: argparse.ArgumentParser, moment: Callable[[str], datetime]) -> None:
    add = parser.add_argument
    add("--request", type=_id, metavar="ID", help="a request's id, or correlation id")
    least = ", ".join(each.lower() for each in Severity)
    add("--severity", type=_severity, help=f"the least one: {least}")
    function = "of one function, such as generate_story (repeatable)"
    add("--function", action="append", default=[], metavar="NAME", help=function)
    event = "what happened, such as call.ended (repeatable)"
    add("--event", action="append", default=[], metavar="NAME", help=event)
    since = f"{FORMS}; if left out {SINCE}, with --request {SINCE_OF_A_REQUEST}, of a file all"
    add("--since", type=moment, metavar="MOMENT", help=since)
    add("--until", type=moment, metavar="MOMENT", help="likewise; now if left out")


def _moment(now: datetime, text: str) -> datetime:
    try:
        return read_moment(text, now)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _severity(text: str) -> Severity:
    try:
        return Severity(text.upper())
    except ValueError as error:
        known = ", ".join(each.lower() for each in Severity)
        raise argparse.ArgumentTypeError(f"{text!r} is none of {known}") from error


def _id(text: str) -> str:
    if not text.strip() or len(text) > LONGEST_ID:
        raise argparse.ArgumentTypeError(f"an id has 1 to {LONGEST_ID} characters")
    return text.strip()


def _count(text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        value = 0
    if not 1 <= value <= MOST_LINES:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {MOST_LINES}")
    return value


if __name__ == "__main__":
    sys.exit(main())
