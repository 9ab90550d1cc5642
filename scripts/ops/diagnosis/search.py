"""Finds a request's lines in a log."""

import shlex
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from scripts.ops.diagnosis.calls import LONGEST
from scripts.ops.diagnosis.case import Case
from scripts.ops.diagnosis.markdown import one_line
from scripts.ops.diagnosis.verdict import decisive_of
from scripts.ops.logbook.line import Line
from scripts.ops.logbook.query import Query
from scripts.ops.logbook.reader import Logbook, opened
from scripts.ops.logbook.source import Source

DEFAULT_SINCE = timedelta(days=7)
EVER = datetime.fromtimestamp(0, UTC)
RETENTION_DAYS = 30
"""How long Cloud Logging keeps a line, by default.

https://cloud.google.com/logging/quotas#logs_retention_periods
"""
MOST_OF_A_REQUEST, MOST_AROUND, MOST_OF_A_FILE = 500, 5_000, 1_000_000


@dataclass(frozen=True, slots=True)
class Found:
    """A case, and where its call has no end, all lines of its function at that time."""

    case: Case
    window: Collection[Line]

    @property
    def is_told(self) -> bool:
        """Whether there is a call of it; else only others tell of its story."""
        return decisive_of(self.case) is not None


class KeptLog:
    """A log that was read whole: a file's, which may come once only. Implements Logbook."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = list(lines)

    def newest(self, query: Query, limit: int) -> list[Line]:
        """Return the newest `limit` lines that are asked for, the oldest of them first.

        A text that names no function is of whichever the file is.
        """
        of_any = replace(query, functions=())
        return [line for line in self._lines if (query if line.service else of_any).selects(line)][
            -limit:
        ]

    def follow(self, query: Query, limit: int) -> Iterator[Line]:
        """Yield what is asked for: nothing more will come."""
        yield from self.newest(query, limit)


@contextmanager
def opened_book(source: Source) -> Iterator[Logbook]:
    """Open a log that can be read several times. Raises LogError."""
    with opened(source) as log:
        if source.file:
            yield KeptLog(log.newest(Query(since=EVER), MOST_OF_A_FILE))
        else:
            yield log


def search(book: Logbook, named: str, since: datetime, now: datetime) -> Found | None:
    """Return what a log has of an id since then; None where it has nothing. Raises LogError."""
    lines = book.newest(Query(since=since, request=named), MOST_OF_A_REQUEST + 1)
    case = Case.of(named, lines[-MOST_OF_A_REQUEST:])
    if case is None:
        return None
    case = replace(case, is_cut=len(lines) > MOST_OF_A_REQUEST)
    return Found(case, _window(book, case, now))


def _window(book: Logbook, case: Case, now: datetime) -> Collection[Line]:
    """Return what may tell why a call has no end: what others say of its instance."""
    call = decisive_of(case)
    if call is None or call.outcome:
        return ()
    functions = (call.function,) if call.function else ()
    until = min(call.last_seen + LONGEST, now)
    query = Query(since=call.began, until=max(until, call.began), functions=functions)
    return book.newest(query, MOST_AROUND)


def mentioned(found: Found, words: str) -> str:
    """Return who else tells of a story whose own call's lines are not there."""
    lines = "\n".join(
        f"  {line.time:%Y-%m-%d %H:%M:%S} {one_line(line.message)}" for line in found.case.lines
    )
    others = dict.fromkeys(line.request_id for line in found.case.lines if line.request_id)
    next_ones = "\n".join(
        f"  scripts/diagnose {one_line(shlex.quote(each))} {words}" for each in others
    )
    return f"Only others tell of it:\n{lines}\nTheir own:\n{next_ones}"


def not_found(named: str, source: Source, since: datetime, words: str) -> str:
    """Return what it may mean that there is no line of an id, and what to do."""
    looked = f" since {since:%Y-%m-%d %H:%M} UTC" if since > EVER else ""
    return f"""\
No line of {named!r}{looked} in {source.name}.

It may mean that
- it is older: --since 30d looks further back; Cloud Logging keeps lines {RETENTION_DAYS} days
- it is of another project, or its log of another place: see -P, --local, --file
- it never reached the function: the app's network, a wrong region or URL, App Check or IAM at
  the platform's door; then Cloud Run's own lines have the status
- the id is wrong: an app has it as `requestId` of the error's details, a story is called by the
  same id, and the store answers with it as `correlationId` and in X-Correlation-Id

Next: ask for the id as the app shows it, and when it was; then look at that time:
  scripts/logs {words} --since 1h --severity WARNING"""
