"""The command line of a rollback."""

import argparse

from scripts.ops.going_back.flag import FLAGS
from scripts.ops.going_back.wish import Wish
from scripts.ops.operations.site import DEPLOYABLE
from scripts.ops.traffic.split import WHOLE

LOCAL = "local"


def parse(arguments: list[str] | None, description: str, epilog: str) -> argparse.Namespace:
    """Return what is asked for; end the process where it is asked for wrongly."""
    parser = argparse.ArgumentParser(
        prog="scripts/rollback",
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("environment", choices=(*DEPLOYABLE, LOCAL))
    _add_choice(parser)
    _add_way(parser)
    options = parser.parse_args(arguments)
    _check(parser, options)
    return options


def wish_of(options: argparse.Namespace, functions: tuple[str, ...]) -> Wish:
    """Return what is asked for; `functions` are the chosen ones as main.py names them."""
    return Wish(
        functions=functions,
        to=tuple(options.to),
        percent=options.percent,
        trust=tuple(options.trust),
        check_migrations=not options.without_migration_check,
    )


def _add_choice(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    function = "of this function alone (repeatable); else all that were deployed with the newest"
    add("--function", action="append", default=[], metavar="NAME", help=function)
    to = "this revision, in the place of the newest that qualifies (one a function)"
    add("--to", action="append", default=[], metavar="REV", help=to)
    percent = "the share that the earlier revision gets (%(default)s)"
    add("--percent", type=_percent, default=WHOLE, help=percent)
    off = f"turn this knob off, in the place of all that: {', '.join(FLAGS)}"
    add("--flag", choices=FLAGS, default="", help=off)
    trust = "take a revision out of quarantine (repeatable)"
    add("--trust", action="append", default=[], metavar="REV", help=trust)
    add("--list", action="store_true", help="show the revisions, and how each qualifies")


def _add_way(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--yes", action="store_true", help="do it; without, it is only shown")
    add("--dry-run", action="store_true", help="only show it, as without --yes")
    add("--reason", default="", help="why, for the record")
    add("--json", action="store_true", help="print it for programs")
    add("--take-over", action="store_true", help="take the place of an operation that goes on")
    record = "keep the record in files: for an hour in which Firestore is down"
    add("--without-record", action="store_true", help=record)
    unknown = "also go back to a revision whose commit is not known; the record says so"
    add("--without-migration-check", action="store_true", help=unknown)


def _check(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    if options.yes and not options.reason.strip():
        parser.error("say why with --reason: the record shows it to whoever comes next")
    if options.yes and (options.list or options.dry_run):
        parser.error("--list and --dry-run only show: leave out --yes")
    if options.flag and (options.to or options.function or options.trust):
        parser.error("--flag moves no traffic: leave out --to, --function and --trust")
    if options.flag and options.without_record:
        parser.error("--flag needs Firestore, which has the knob: leave out --without-record")


def _percent(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= WHOLE:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {WHOLE}")
