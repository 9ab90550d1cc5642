"""Whether this very commit was validated in staging."""

from collections.abc import Sequence

from conteur.settings import Environment
from scripts.ops.boxes.desk import Desk
from scripts.ops.boxes.finding import Finding, failed, left_out, passed
from scripts.ops.operations.git import commit_of
from scripts.ops.operations.record import Kind, Record, State
from scripts.ops.operations.site import STAGING, find_site

_DEPLOY = "scripts/deploy staging"
_MEND = f"Deploy this commit to staging ({_DEPLOY}), and run scripts/validate staging."


def look(desk: Desk) -> Finding:
    """Return whether staging has it, and is as it has to be. Raises OperationError, PlaceError."""
    if desk.site.name != Environment.PRODUCTION:
        return left_out("only production needs it")
    staging = find_site(desk.site.root, STAGING, desk.site.environ)
    with desk.books(staging) as book:
        records = book.newest(Kind.DEPLOY, Kind.VALIDATE, Kind.ROLLBACK)
    return judge(records, commit_of(desk.site.root))


def judge(records: Sequence[Record], commit: str) -> Finding:
    """Return whether the commit was validated there; `records` are staging's, the newest first.

    A validation is of the checkout that it was run in, so a deploy of it must be on record too.
    """
    mine = [each for each in records if each.commit == commit]
    if not any(each.kind is Kind.DEPLOY and each.state is State.DONE for each in mine):
        return failed(f"staging has no finished deploy of {commit[:12]}", _MEND)
    checks = [each for each in mine if each.kind is Kind.VALIDATE]
    if not checks:
        return failed(f"staging was not validated with {commit[:12]}", "scripts/validate staging")
    if checks[0].facts.get("green") is not True:
        return failed(
            f"the newest validation of it, {checks[0].id}, is not green",
            "Mend what it found, and run scripts/validate staging.",
        )
    return passed(f"{checks[0].id} was green")
