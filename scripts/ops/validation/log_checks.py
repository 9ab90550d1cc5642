"""The log has lines of the calls that were made, and no error among them."""

from datetime import UTC, datetime, timedelta

from scripts.ops.logbook.line import Line
from scripts.ops.logbook.log_errors import LogError
from scripts.ops.logbook.query import RANKS, Query, Severity
from scripts.ops.validation.desk import STORY, Desk
from scripts.ops.validation.endpoints import STORE
from scripts.ops.validation.errors import FoundError, LeftOutError
from scripts.ops.validation.store_checks import PUBLISHED
from scripts.ops.validation.story_checks import STREAMED, TOLD

ENDED = "call.ended"
MOST = 500  # lines of one call
SLACK = timedelta(minutes=2)  # between the clocks of two machines
_MEND = "`scripts/diagnose {id}` tells what became of it"


def stories(desk: Desk) -> str:
    """Find the lines of the stories."""
    return ", ".join(_found(desk, key, STORY) for key in (TOLD, STREAMED))


def publishing(desk: Desk) -> str:
    """Find the lines of publishing."""
    desk.author()
    return _found(desk, PUBLISHED, STORE)


def judged(lines: list[Line], named: str, revision: str) -> None:
    """Raise FoundError for an error among them, or lines of another revision."""
    mend = _MEND.format(id=named)
    bad = [each for each in lines if RANKS.get(each.severity, 0) >= RANKS[Severity.ERROR]]
    if bad:
        raise FoundError(f"{bad[0].severity}: {bad[0].message[:120]}", mend)
    others = {each.revision for each in lines} - {revision}
    if revision and others:
        raise FoundError(f"lines of {', '.join(sorted(others))}, and not of {revision}", mend)


def _found(desk: Desk, key: str, function: str) -> str:
    named = desk.seen.ids.get(key, "")
    if not named:
        raise LeftOutError(f"there was no call ({key}) to look for")
    since = datetime.fromtimestamp(desk.seen.began, UTC) - SLACK
    query = Query(since=since, request=named)

    def look() -> list[Line] | None:
        lines = desk.log.newest(query, MOST)
        return lines if any(each.event == ENDED for each in lines) else None

    try:
        lines = desk.waiting.until(f"the log of {named}", look, desk.limits.log)
    except LogError as error:
        raise FoundError(str(error)) from error
    if lines is None:
        raise FoundError(
            f"no line {ENDED} of {named} in {desk.limits.log:.0f} s",
            "Look with scripts/logs, and at _Default's sink of the project's log router",
        )
    judged(lines, named, desk.endpoints[function].revision)
    return f"{key}: {len(lines)} lines"
