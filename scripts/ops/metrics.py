"""Show how a project does now: its signals, against the thresholds of its alerts.

docs/alerts.md says how each signal is computed, and who hears of which alert.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.ops.monitoring.alert import Alert, AlertsError, read_alerts
from scripts.ops.monitoring.reading import readings_report as report
from scripts.ops.monitoring.reading.answers import Answer, Answers
from scripts.ops.monitoring.reading.prometheus_api import GOOGLE, Prometheus, connected
from scripts.ops.monitoring.reading.prometheus_errors import QueryError
from scripts.ops.monitoring.reading.readings import Row, State, of_function, queries_of, read_rows
from scripts.ops.monitoring.reading.source import Source, find_source
from scripts.ops.monitoring.reading.watching import Seen, watch
from scripts.ops.monitoring.signal import Signal
from scripts.ops.monitoring.signals import SIGNALS
from scripts.ops.place import PlaceError

ROOT = Path(__file__).resolve().parents[2]
GROUPS = tuple(dict.fromkeys(signal.of for signal in SIGNALS.values()))
SECONDS, LEAST_SECONDS = 10, 5
BROKEN, NOT_TOLD = 1, 2
EXAMPLES = """\
examples:
  scripts/metrics -P production
  scripts/metrics -P production error_rate execution_time --function generate_story
  scripts/metrics -P production --of store_publish --json
  scripts/metrics --local --watch
  scripts/metrics --explain retries

Where several local stacks run, --local needs FIRESTORE_EMULATOR_HOST=HOST:PORT before the command:
without it nothing is looked at, and the text lists the stacks' own.

exit codes: 0 nothing is past a threshold, 1 something is, 2 it cannot be told (the text says why)
"""


class ChoiceError(Exception):
    """No such signal or function is there; the text says which are."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class _Desk:
    """What is looked at, and where."""

    source: Source
    prometheus: Prometheus
    signals: Collection[Signal]
    alerts: Collection[Alert]
    function: str


def main(
    arguments: list[str] | None = None,
    *,
    google: str = GOOGLE,
    now: Callable[[], float] = time.time,
    pause: Callable[[float], None] = time.sleep,
) -> int:
    """Run the command and return its exit code; `google` is where Cloud Monitoring is."""
    options = parse(arguments)
    try:
        signals, alerts = chosen(options.of, options.names), read_alerts(ROOT)
        if options.explain:
            print("\n\n".join(report.explained(each, alerts) for each in signals))
            return 0
        source = find_source(ROOT, options.project, os.environ, local=options.local)
        suited = [alert for alert in alerts if alert.without != source.environment]
        with connected(source, google) as prometheus:
            desk = _Desk(source, prometheus, signals, suited, options.function)
            return _run(desk, options, now, pause)
    except (AlertsError, ChoiceError, PlaceError, QueryError) as error:
        print(error, file=sys.stderr)
        return error.exit_code


def chosen(of: str, names: Collection[str]) -> Sequence[Signal]:
    """Return the signals of a group, or those of these names or keys. Raises ChoiceError."""
    known = [signal for signal in SIGNALS.values() if of in {"", signal.of}]
    for name in names:
        if not any(name in {signal.name, signal.key} for signal in known):
            raise ChoiceError(
                f"{of or 'conteur'} has no signal {name}, so nothing was looked at. There are:\n  "
                + "\n  ".join(signal.key for signal in known)
            )
    return [each for each in known if not names or {each.name, each.key} & {*names}]


def _run(
    desk: _Desk,
    options: argparse.Namespace,
    now: Callable[[], float],
    pause: Callable[[float], None],
) -> int:
    if options.watch is None:
        seen = _look(desk, now(), as_json=options.json)
        print(seen.text)
        if seen.problems:
            print(seen.problems, file=sys.stderr)
        return seen.exit_code

    return watch(
        lambda: _look(desk, now(), as_json=False),
        lambda: pause(options.watch),
        sys.stdout,
    )


def _look(desk: _Desk, at: float, *, as_json: bool) -> Seen:
    answers = desk.prometheus.ask(queries_of(desk.signals), at)
    rows = _of_function(read_rows(desk.signals, desk.alerts, answers), desk.function)
    warnings = _warnings(answers)
    text = _json(desk.source, at, rows, warnings) if as_json else _text(desk.source, at, rows)
    problems = report.problems_text(rows, warnings)
    return Seen(text, "" if as_json else problems, _exit_code(rows, problems))


def _of_function(rows: Sequence[Row], name: str) -> Sequence[Row]:
    found = of_function(rows, name) if name else rows
    if not found and not any(row.problem for row in rows):
        known = sorted({row.labels["function"] for row in rows if "function" in row.labels})
        raise ChoiceError(
            f"No signal that was asked for has a value of {name}. There are values of: "
            f"{', '.join(known) or 'no function yet'}."
        )
    return found or rows


def _exit_code(rows: Collection[Row], problems: str) -> int:
    if any(row.state is State.BROKEN for row in rows):
        return BROKEN
    return NOT_TOLD if problems else 0


def _warnings(answers: Answers) -> Sequence[str]:
    return [
        text
        for answer in answers.values()
        if isinstance(answer, Answer)
        for text in answer.warnings
    ]


def _text(source: Source, at: float, rows: Sequence[Row]) -> str:
    head = f"{source.name}, {report.moment(at):%Y-%m-%d %H:%M:%S} UTC"
    parts = (head, report.table(rows), report.broken_text(rows), report.notes_text(rows))
    return "\n\n".join(part for part in parts if part)


def _json(source: Source, at: float, rows: Sequence[Row], warnings: Sequence[str]) -> str:
    told = {
        "source": source.name,
        "environment": source.environment,
        "project": source.project or None,
        "at": report.moment(at).isoformat(),
        "broken": any(row.state is State.BROKEN for row in rows),
        "warnings": list(warnings),
        "rows": report.document(rows),
    }
    return json.dumps(told, indent=2, allow_nan=False)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Return what is asked for; end the process where it is asked for wrongly."""
    parser = argparse.ArgumentParser(
        prog="scripts/metrics",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("names", nargs="*", metavar="NAME", help="signals, such as error_rate (default: all)")
    add("-P", "--project", help="an alias of .firebaserc, or a project's id")
    add("--local", action="store_true", help="the local stack that runs")
    add("--of", choices=GROUPS, default="", help="the signals of one group")
    add("--function", default="", metavar="NAME", help="what is of one function only")
    add("--explain", action="store_true", help="say what the signals are, and look at nothing")
    add("--json", action="store_true", help="print it for programs")
    watching = f"look again every SECONDS (%(const)s; at least {LEAST_SECONDS}) until Ctrl-C"
    add("--watch", nargs="?", type=_seconds, const=SECONDS, metavar="SECONDS", help=watching)
    options = parser.parse_args(arguments)
    if options.json and options.watch is not None:
        parser.error("--json prints once: leave out --watch")
    return options


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not LEAST_SECONDS <= seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from {LEAST_SECONDS} up")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
