"""Look at the steps of onboarding, and require or relax one: it is in force with the next request.

A required step that an author has not done keeps their store from being published; for the author
of the synthetic shop `require` completes it. The database is DATABASE_URL's, or with -P the one of
the project's secret DATABASE_URL. A change is made by the database's owner: where the service's
own user may not, DATABASE_URL is the owner's. Who is not named by --by is git's user.email.
"""

import argparse
import json
import os
import re
import sys
from dataclasses import asdict
from pathlib import Path

import psycopg

from scripts.ops import step_records as records
from scripts.ops.database import DatabaseError, connected
from scripts.ops.database_choice import add_database, chosen_database
from scripts.ops.place import PlaceError
from scripts.ops.scaling.tables import table
from scripts.ops.secrets import SecretError
from scripts.ops.who import who

ROOT = Path(__file__).resolve().parents[2]
RECORDS = 20  # of the history, shown by default
MOST_RECORDS = 500
MOST_REASON = 500
EXAMPLES = """\
examples:
  scripts/steps list -P production --market FR
  export DATABASE_URL=postgresql://OWNER:…@127.0.0.1:6432/conteur
  scripts/steps relax payments --reason "the provider is down until noon"
  scripts/steps require payments --reason "the provider is back"
  unset DATABASE_URL
  scripts/steps history -P production -n 5

exit codes: 0 done, 1 the database did not do it, 2 refused
"""
IN_FORCE = "In force with the next request."


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    options = parse(arguments)
    try:
        database = chosen_database(options, os.environ)
        with connected(database) as connection:
            told = _RUN[options.command](connection, options)
    except (DatabaseError, PlaceError, SecretError) as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(told if options.json else f"{database.name}\n\n{told}")
    return 0


def _list(connection: psycopg.Connection, options: argparse.Namespace) -> str:
    found = records.definitions(connection, options.market)
    if options.json:
        return json.dumps([asdict(each) for each in found], indent=2, ensure_ascii=False)
    rows = [
        (
            *(each.id, str(each.version), _word(required=each.required), str(each.weight)),
            *(", ".join(each.markets or ["all"]), each.completed_by, each.title),
        )
        for each in found
    ]
    head = ("step", "version", "now", "weight", "markets", "completed by", "title")
    return table(head, rows)


def _set(connection: psycopg.Connection, options: argparse.Namespace) -> str:
    required = options.command == "require"
    if options.dry_run:
        change = records.Change(records.definition(connection, options.step), [])
    else:
        by = options.by or who(ROOT)
        change = records.set_required(
            connection, options.step, required=required, who=by, reason=options.reason.strip()
        )
    before = change.before
    changed = before.required is not required
    if options.json:
        was = {"before": before.required, "after": required}
        told = {"step": before.id, "version": before.version, "required": was}
        written = {
            "written": changed and not options.dry_run,
            "completedFor": change.completed_for,
        }
        return json.dumps({**told, **written}, indent=2)
    completed = [f"Completed for {each}, whose shop is synthetic." for each in change.completed_for]
    return "\n".join([_told(before, options, required=required), *completed])


def _told(before: records.Definition, options: argparse.Namespace, *, required: bool) -> str:
    is_now = _word(required=required)
    if before.required is required:
        return f"{before.id} is {is_now} already: nothing to change."
    end = "Nothing was written (--dry-run)." if options.dry_run else IN_FORCE
    return f"{before.id}: {_word(required=before.required)} -> {is_now}. {end}"


def _word(*, required: bool) -> str:
    return "required" if required else "optional"


def _history(connection: psycopg.Connection, options: argparse.Namespace) -> str:
    found = records.history(connection, options.n)
    if options.json:
        rows = [{**asdict(each), "at": each.at.isoformat()} for each in found]
        return json.dumps(rows, indent=2, ensure_ascii=False)
    lines = [
        f"{each.at:%Y-%m-%d %H:%M %Z}  {each.who}  {each.step_id}  {_changed(each)}  {each.reason}"
        for each in found
    ]
    return "\n".join(lines) or "No step was changed with scripts/steps yet."


def _changed(record: records.Record) -> str:
    return ", ".join(
        f"{name}: {json.dumps(its['before'])} -> {json.dumps(its['after'])}"
        for name, its in record.change.items()
    )


_RUN = {"list": _list, "require": _set, "relax": _set, "history": _history}


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Return what is asked for; end the process where it is asked for wrongly."""
    parser = argparse.ArgumentParser(
        prog="scripts/steps",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = "list|require|relax|history"
    commands = parser.add_subparsers(dest="command", required=True, metavar=names)
    shown = commands.add_parser("list", help="show the steps in their order")
    require = commands.add_parser("require", help="close the gate for who has not done the step")
    relax = commands.add_parser("relax", help="open the gate for who has not done the step")
    history = commands.add_parser("history", help="show who changed what, when and why")
    for each in (shown, require, relax, history):
        add_database(each)
        each.add_argument("--json", action="store_true", help="print it for programs")
    shown.add_argument("--market", type=_market, help="only what authors of it have to do: FR")
    history.add_argument("-n", type=_count, default=RECORDS, help="of the newest (%(default)s)")
    for each in (require, relax):
        _add_change(each)
    options = parser.parse_args(arguments)
    if options.command in ("require", "relax") and not (options.reason or options.dry_run):
        parser.error("say why with --reason: the history shows it to whoever comes next")
    return options


def _add_change(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("step", metavar="STEP", help="its id, such as payments")
    parser.add_argument("--reason", default="", type=_reason, help="why, for the history")
    parser.add_argument("--by", default="", help="who, for the history")
    parser.add_argument("--dry-run", action="store_true", help="show the change, write nothing")


def _market(text: str) -> str:
    if not re.fullmatch("[A-Z]{2}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no country such as FR")
    return text


def _reason(text: str) -> str:
    if len(text) > MOST_REASON:
        raise argparse.ArgumentTypeError(f"say it in {MOST_REASON} letters")
    return text.strip()


def _count(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= MOST_RECORDS):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {MOST_RECORDS}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
