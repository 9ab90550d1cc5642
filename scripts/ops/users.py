"""Look at a user, block or unblock one, or end all sessions of one.

It is in force within five minutes (docs/access.md). Who is not named by --by is git's user.email.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from scripts.ops.place import AUTH, FIRESTORE, Place, PlaceError, find_place
from scripts.ops.user_records import NOBODY, Record, Users, UsersError, connected
from scripts.ops.who import who

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = """\
examples:
  scripts/users show -P production UID
  scripts/users block -P production UID --reason "500 stories in an hour" --until 2027-01-31
  scripts/users unblock -P production UID
  scripts/users revoke -P production UID --dry-run

exit codes: 0 done, 1 not done (the text says why), 2 asked for wrongly
"""
_DONE = {
    "show": "",
    "block": "Blocked: refused within five minutes.",
    "unblock": "Unblocked: let in within five minutes, or as soon as they sign in anew.",
    "revoke": "All sessions are ended: refused within five minutes, until they sign in anew.",
}


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    options = parse(arguments)
    try:
        place = _place(options)
        with connected(place) as users:
            before = users.show(options.uid)
            after = _run(users, before, options)
    except (UsersError, PlaceError) as error:
        print(error, file=sys.stderr)
        return error.exit_code
    if options.json:
        print(json.dumps(after, indent=2, default=str))
    else:
        print(_told(after, _end(before, options)))
    for note in _notes(before, place, options):
        print(note, file=sys.stderr)
    return 0


def _place(options: argparse.Namespace) -> Place:
    needed = (FIRESTORE, AUTH)
    return find_place(ROOT, options.project, os.environ, local=options.local, emulators=needed)


def _run(users: Users, before: Record, options: argparse.Namespace) -> Record:
    """Do what is asked for, unless it is only tried; return the user as they are then."""
    if options.command == "revoke" and not before["exists"]:
        raise UsersError(NOBODY)
    if options.command == "show" or options.dry_run or _is_in_vain(before, options):
        return before
    if options.command == "block":
        block = {"reason": options.reason, "by": options.by or who(ROOT)}
        users.block(options.uid, block | ({"until": options.until} if options.until else {}))
    elif options.command == "unblock":
        users.unblock(options.uid)
    else:
        users.revoke(options.uid)
    return users.show(options.uid)


def _is_in_vain(before: Record, options: argparse.Namespace) -> bool:
    return options.command == "unblock" and before["block"] is None


def _notes(before: Record, place: Place, options: argparse.Namespace) -> Iterator[str]:
    """Yield what the person may not expect; programs that read JSON do not get it."""
    if options.command == "block" and not before["exists"]:
        yield f"{NOBODY} A block holds all the same."
    if _is_in_vain(before, options):
        yield "Nobody of this id is blocked in this project, so there was nothing to take back."
    if place.emulators and options.command != "show":
        yield "A local stack goes by blocks and ended sessions only with ACCOUNT_LOOKUP=on."


def _end(before: Record, options: argparse.Namespace) -> str:
    if options.dry_run:
        return "Nothing was changed (--dry-run)."
    return "" if _is_in_vain(before, options) else _DONE[options.command]


def _told(record: Record, end: str) -> str:
    block = record.get("block") or {}
    lines = [f"{name:20}{value}" for name, value in record.items() if name != "block"]
    lines += [f"{'block.' + name:20}{value}" for name, value in sorted(block.items())]
    return "\n".join([*lines, "", end]).rstrip()


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Return what is asked for; end the process where it is asked for wrongly."""
    parser = argparse.ArgumentParser(
        prog="scripts/users",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = "show|block|unblock|revoke"
    commands = parser.add_subparsers(dest="command", required=True, metavar=names)
    show = commands.add_parser("show", help="show the account and the block")
    block = commands.add_parser("block", help="have a user's calls refused")
    unblock = commands.add_parser("unblock", help="take a block back")
    revoke = commands.add_parser("revoke", help="end all sessions: they must sign in again")
    for each in (show, block, unblock, revoke):
        each.add_argument("uid", metavar="UID", type=_uid, help="the user's id in Firebase Auth")
        each.add_argument("-P", "--project", help="an alias of .firebaserc, or a project's id")
        each.add_argument("--local", action="store_true", help="the local stack that runs")
        each.add_argument("--json", action="store_true", help="print the user for programs")
        each.set_defaults(dry_run=False)
    for each in (block, unblock, revoke):
        each.add_argument("--dry-run", action="store_true", help="look, and change nothing")
    block.add_argument("--reason", required=True, type=_reason, help="why, for whoever looks next")
    block.add_argument("--until", type=_date, help="the block's end (2027-01-31; UTC's midnight)")
    block.add_argument("--by", default="", help="who, for whoever looks next")
    return parser.parse_args(arguments)


def _uid(text: str) -> str:
    if not text or "/" in text:
        raise argparse.ArgumentTypeError(f"{text!r} is no user's id")
    return text


def _reason(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("say why: whoever looks next reads it")
    return text.strip()


def _date(text: str) -> datetime:
    try:
        date = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date such as 2027-01-31") from None
    date = date.replace(tzinfo=date.tzinfo or UTC)
    if date <= datetime.now(UTC):
        raise argparse.ArgumentTypeError(f"{text!r} is in the past")
    return date


if __name__ == "__main__":
    sys.exit(main())
