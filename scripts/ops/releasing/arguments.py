"""What scripts/release is asked for."""

import argparse

from scripts.ops.operations.errors import RefusedError
from scripts.ops.releasing.gates import CONFIRMABLE
from scripts.ops.releasing.version import Version, read_version

VERBS = {
    "prepare": "branch, version and changelog, commit, push, pull request to staging",
    "stage": "merge the reviewed pull request into staging, which deploys it there",
    "status": "where the release stands; changes nothing",
    "finish": "the gates, main, the annotated tag whose push deploys production, the notes",
    "notes": "print the notes: the changelog's, and what operators have to do",
}
CHANGING = ("prepare", "stage", "finish")
EXIT_CODES = (
    "exit codes: 0 done, or shown; 1 status: it is not out yet; 2 refused, or a gate is closed;\n"
    "3 somebody else is at it, or was faster; 4 git, GitHub or Google did not do it; 130 "
    "interrupted.\nThe text of an error says what is done."
)
EXAMPLES = f"""\
examples:
  scripts/release prepare 1.0.0                     (what it would do)
  scripts/release prepare 1.0.0 --yes
  scripts/release stage 1.0.0 --yes                 (once somebody else has approved it)
  scripts/release status 1.0.0
  scripts/release finish 1.0.0 --yes                (once staging is validated)
  scripts/release notes 1.0.0
  scripts/release finish 1.0.0-store-publish --title "Store Publish API Optimization" --yes

Whatever was cut off is given again: each step looks at git and GitHub first.

{EXIT_CODES}
"""


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Return what is asked for; end the process where it is asked for wrongly."""
    parser = argparse.ArgumentParser(
        prog="scripts/release",
        description="Bring a version from a branch to a tag, from which production is deployed.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, told in VERBS.items():
        verb = verbs.add_parser(
            name,
            help=told,
            description=told,
            epilog=EXAMPLES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        verb.add_argument("version", type=_version, help="such as 1.0.0 or 1.0.0-store-publish")
        verb.add_argument("--json", action="store_true", help="print it for programs, one object")
        _add_changing(verb, name)
    return parser.parse_args(arguments)


def _add_changing(verb: argparse.ArgumentParser, name: str) -> None:
    add = verb.add_argument
    without = "keep the record in this checkout, where Firestore is out of reach"
    if name == "notes":
        at = "whose changelog and changes (the version's tag, or else what is checked out)"
        add("--commit", default="", help=at)
        return
    add("--without-record", action="store_true", help=without)
    if name in CHANGING:
        either = verb.add_mutually_exclusive_group()
        either.add_argument("--yes", action="store_true", help="do it; without, only show it")
        either.add_argument("--dry-run", action="store_true", help="only show it (the default)")
        add("--title", default="", help="of commit, pull request and tag")
    if name in {"finish", "status"}:
        confirm = f"what you have looked at yourself ({', '.join(CONFIRMABLE)}); repeatable"
        add("--confirm", action="append", default=[], choices=CONFIRMABLE, help=confirm)


def _version(text: str) -> Version:
    try:
        return read_version(text)
    except RefusedError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
