"""Whether what staging serves is a commit that was validated there: a decision without I/O."""

from collections.abc import Sequence
from dataclasses import dataclass

from scripts.ops.operations.book import Book
from scripts.ops.operations.record import Kind, Record, State
from scripts.ops.operations.site import STAGING

_MOVED = "Have staging serve this commit: scripts/deploy staging, then scripts/validate staging."
_VALIDATE = "scripts/validate staging, at this very commit."
_MOST = 100  # validations: somebody may look very often


@dataclass(frozen=True, slots=True)
class Standing:
    """`shown_by` is the validation that shows it; without one `mend` says what to do."""

    said: str
    mend: str = ""
    shown_by: Record | None = None


def read(book: Book) -> list[Record]:
    """Return the records that it is judged by, of staging's book. Raises OperationError."""
    return [
        *book.newest(Kind.DEPLOY, Kind.ROLLBACK),
        *book.newest(Kind.VALIDATE, most=_MOST),
    ]


def judge(records: Sequence[Record], commit: str) -> Standing:
    """Return how a commit stands there.

    It is what staging serves where the newest operation that may have moved traffic is a finished
    deploy of it, of all functions. A validation says something of it if it began after that.
    """
    mine = sorted(
        (each for each in records if each.environment == STAGING),
        key=lambda each: each.began,
        reverse=True,
    )
    moved = next((each for each in mine if _may_have_moved(each)), None)
    if moved is None:
        return Standing("no deploy of staging is on record", _MOVED)
    if why := _other(moved, commit):
        return Standing(why, _MOVED)
    since = moved.ended or moved.began
    checks = [each for each in mine if each.kind is Kind.VALIDATE and each.began >= since]
    newest = next((each for each in checks if not _says_nothing(each, commit)), None)
    if newest is None:
        return Standing(f"nobody has validated {commit[:12]} there since {moved.id}", _VALIDATE)
    if newest.state is not State.DONE or newest.facts.get("green") is not True:
        return Standing(
            f"the newest validation since {moved.id}, {newest.id}, is not green",
            "Mend what it found, and run scripts/validate staging.",
        )
    at = newest.ended or newest.began
    said = f"green at {at:%Y-%m-%d %H:%M} UTC by {newest.by} ({newest.id})"
    return Standing(said, shown_by=newest)


def _other(moved: Record, commit: str) -> str:
    """Return why it is not the deploy of a commit; empty where it is."""
    what = f"the last that moved staging's traffic is {moved.id}"
    if moved.kind is not Kind.DEPLOY:
        return f"{what}, which has gone back"
    if moved.commit != commit:
        return f"{what}, of commit {moved.commit[:12]} and not {commit[:12]}"
    if moved.state is not State.DONE:
        return f"{what}, which is not finished ({moved.state})"
    if moved.asked.get("functions") or moved.facts.get("left_out"):
        return f"{what}, which left out a part"
    return ""


def _may_have_moved(record: Record) -> bool:
    """Tell whether traffic may be another since: a knob, or trust alone, moves none."""
    if record.kind is Kind.ROLLBACK:
        asked = record.asked
        return not (asked.get("flag") or (asked.get("trust") and not asked.get("to")))
    return record.kind is Kind.DEPLOY


def _says_nothing(record: Record, commit: str) -> bool:
    """Tell whether it has passed, but not all of it, or by other checks than the commit's."""
    is_other = record.facts.get("partial") is True or record.commit != commit
    return record.state is State.DONE and is_other
