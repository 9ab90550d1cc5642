"""Look at the knobs of a project, and turn them: they are in force within ten seconds.

docs/runtime.md says what each knob does. Who is not named by --by is git's user.email.
"""

import argparse
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from conteur.adapters.firestore_config import DOCUMENT
from conteur.domain.knob_values import KnobRules
from scripts.ops import config_report as report
from scripts.ops.config_change import make_change
from scripts.ops.config_errors import ConfigError
from scripts.ops.config_rules import find_rules
from scripts.ops.config_store import ConfigStore, connected
from scripts.ops.place import Place, PlaceError, find_place
from scripts.ops.who import who

ROOT = Path(__file__).resolve().parents[2]
RECORDS = 20  # of the history, shown by default
MOST_RECORDS = 500  # that `get` looks through for each knob's last change
IN_FORCE = "A call that comes 10 seconds from now, or later, follows it."
EXAMPLES = """\
examples:
  scripts/config get -P production
  scripts/config set -P production generation.enabled=false --reason "the provider is down"
  scripts/config set -P production --unset generation.enabled --reason "the provider is back"
  scripts/config set -P staging limits.storiesPerDay=30 deadlineSec=20 --dry-run
  scripts/config set -P production prompt.version=story-3 prompt.percent=5 --reason "canary"
  scripts/config history -P production -n 5
  scripts/config get --local

exit codes: 0 done, 1 Firestore did not do it, 2 refused, 3 somebody else was faster
"""


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where the knobs of one place are turned."""

    place: Place
    rules: KnobRules
    store: ConfigStore


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    options = parse(arguments)
    try:
        place = find_place(ROOT, options.project, os.environ, local=options.local)
        rules = find_rules(ROOT, place, os.environ)
        with connected(place) as store:
            print(_RUN[options.command](_Desk(place, rules, store), options))
    except (ConfigError, PlaceError) as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def _get(desk: _Desk, options: argparse.Namespace) -> str:
    stored, history = desk.store.read(), desk.store.history(MOST_RECORDS)
    if options.json:
        told = {
            "project": desk.place.project,
            "revision": stored.revision,
            **report.knobs_document(stored.fields, desk.rules, history),
        }
        return json.dumps(told, indent=2, default=str)
    table = report.knobs_table(stored.fields, desk.rules, history)
    problems = report.problems_text(stored.fields, desk.rules)
    head = f"{desk.place.name}: {DOCUMENT}, revision {stored.revision}"
    return f"{head}\n\n{table}\n\n{problems}".rstrip()


def _set(desk: _Desk, options: argparse.Namespace) -> str:
    stored, name = desk.store.read(), desk.place.name
    change = make_change(stored.fields, options.assigned, options.unset, desk.rules)
    if not change.turned:
        return f"{name}: nothing to change, the document says so already."
    table = report.change_table(change.turned, stored.fields, change.fields, desk.rules)
    if options.dry_run:
        return f"{name}: {DOCUMENT}\n\n{table}\n\nNothing was written (--dry-run)."
    revision = desk.store.write(stored, change, options.by or who(ROOT), options.reason.strip())
    return f"{name}: {DOCUMENT}, now revision {revision}\n\n{table}\n\n{IN_FORCE}"


def _history(desk: _Desk, options: argparse.Namespace) -> str:
    history = desk.store.history(options.n)
    if options.json:
        return json.dumps(report.history_document(history), indent=2, default=str)
    told = report.history_text(history) or "No knob was turned with scripts/config yet."
    return f"{desk.place.name}: changes of {DOCUMENT}\n\n{told}"


_RUN = {"get": _get, "set": _set, "history": _history}


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Return what is asked for; end the process where it is asked for wrongly."""
    parser = argparse.ArgumentParser(
        prog="scripts/config",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="get|set|history")
    get = commands.add_parser("get", help="show each knob, where it is from and who turned it")
    turn = commands.add_parser("set", help="turn knobs, all or none of them")
    history = commands.add_parser("history", help="show who changed what, when and why")
    for each in (get, turn, history):
        each.add_argument("-P", "--project", help="an alias of .firebaserc, or a project's id")
        each.add_argument("--local", action="store_true", help="the local stack that runs")
    for each in (get, history):
        each.add_argument("--json", action="store_true", help="print it for programs")
    history.add_argument("-n", type=_count, default=RECORDS, help="of the newest (%(default)s)")
    _add_settings(turn)
    options = parser.parse_args(arguments)
    if options.command == "set":
        _check(turn, options)
    return options


def _add_settings(turn: argparse.ArgumentParser) -> None:
    add = turn.add_argument
    add("assigned", nargs="*", metavar="KNOB=VALUE", help="such as limits.storiesPerDay=30")
    unset = "leave a knob to the settings (repeatable)"
    add("--unset", action="append", default=[], metavar="KNOB", help=unset)
    add("--reason", default="", help="why, for the history")
    add("--by", default="", help="who, for the history")
    add("--dry-run", action="store_true", help="check and show the change, and write nothing")


def _check(turn: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    if not options.assigned and not options.unset:
        turn.error("name a knob: KNOB=VALUE, or --unset KNOB")
    if not options.reason.strip() and not options.dry_run:
        turn.error("say why with --reason: the history shows it to whoever comes next")


def _count(text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        value = 0
    if not 1 <= value <= MOST_RECORDS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {MOST_RECORDS}")
    return value


if __name__ == "__main__":
    sys.exit(main())
