"""Look at a user, block or unblock one, or end all sessions of one.

It is in force within five minutes (docs/access.md). Who is not named by --by is git's user.email.
"""

import argparse
import getpass
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from scripts.ops.user_records import Record, Users, connected
from scripts.ops.users_place import UsersError, find_place

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
    options = _parse(arguments)
    try:
        place = find_place(ROOT, options.project, os.environ, local=options.local)
        with connected(place) as users:
            record = _run(users, options)
    except UsersError as error:
        print(error, file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps(record, indent=2, default=str))
    else:
        print(_told(record, options))
    return 0


def _run(users: Users, options: argparse.Namespace) -> Record:
    """Do what is asked for, unless it is only tried; return the user as they are then."""
    before = users.show(options.uid)
    if options.command == "revoke" and not before["exists"]:
        raise UsersError("There is no such user in this project: check the id, and -P.")
    if options.command == "show" or options.dry_run:
        return before
    if options.command == "block":
        block = {"reason": options.reason, "by": options.by or _who()}
        users.block(options.uid, block | ({"until": options.until} if options.until else {}))
    elif options.command == "unblock":
        users.unblock(options.uid)
    else:
        users.revoke(options.uid)
    return users.show(options.uid)


def _told(record: Record, options: argparse.Namespace) -> str:
    block = record.get("block") or {}
    lines = [f"{name:20}{value}" for name, value in record.items() if name != "block"]
    lines += [f"{'block.' + name:20}{value}" for name, value in sorted(block.items())]
    end = "Nothing was changed (--dry-run)." if options.dry_run else _DONE[options.command]
    return "\n".join([*lines, "", end]).rstrip()


def _who() -> str:
    """Return who runs the command, as git knows them, or else the system."""
    git = shutil.which("git")
    asked = [git, "config", "user.email"] if git else ["false"]
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    return told.stdout.strip() or os.environ.get("USER", "") or getpass.getuser()


def _parse(arguments: list[str] | None) -> argparse.Namespace:
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
    block.add_argument("--reason", required=True, help="why, for whoever looks next")
    block.add_argument("--until", type=_date, help="the block's end (2027-01-31; UTC's midnight)")
    block.add_argument("--by", default="", help="who, for whoever looks next")
    return parser.parse_args(arguments)


def _uid(text: str) -> str:
    if not text or "/" in text:
        raise argparse.ArgumentTypeError(f"{text!r} is no user's id")
    return text


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
