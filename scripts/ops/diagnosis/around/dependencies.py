"""What the log says of each service that a call depends on, before, during and after it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from scripts.ops.diagnosis.around.events import CIRCUIT, STATES, Dependency, dependency_of, state_of
from scripts.ops.diagnosis.around.span import Note, Span, clock
from scripts.ops.diagnosis.around.trouble import Quiet, Trouble
from scripts.ops.diagnosis.case import Case
from scripts.ops.diagnosis.verdict import decisive_of
from scripts.ops.logbook.line import Line
from scripts.ops.logbook.query import RANKS, Query, Severity
from scripts.ops.logbook.reader import Logbook, LogError

BEFORE, AFTER = timedelta(minutes=15), timedelta(minutes=5)
REMEMBERED = timedelta(hours=6)
"""How far back a state that still stands is looked for."""
MOST_LINES, MOST_STATES = 1000, 300
_ORDER = list(Dependency)
_LEAST = timedelta(microseconds=1)  # a query's end is not of it
_Key = tuple[Dependency, str]


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What the lines of all functions say, from `since` to `until`: those in trouble, the quiet.

    `problem` says why nothing could be read.
    """

    since: datetime
    until: datetime
    rows: Sequence[Trouble | Quiet | Note] = ()
    problem: str = ""


@dataclass(slots=True)
class _Tally:
    """The rows as they grow, by dependency and model."""

    span: Span
    rows: dict[_Key, Trouble] = field(default_factory=dict)

    def add(self, line: Line) -> None:
        key = dependency_of(line)
        if key is None or _is_well(line):
            return
        row = self._row(key)
        is_worse = not row.severity or RANKS.get(line.severity, 0) > RANKS.get(row.severity, 0)
        self.rows[key] = replace(
            row,
            before=row.before + (line.time < self.span.began),
            during=row.during + (self.span.began <= line.time <= self.span.ended),
            after=row.after + (line.time > self.span.ended),
            first=row.first or line.time,
            last=line.time,
            severity=line.severity if is_worse else row.severity,
            worst=line.message if is_worse else row.worst,
        )

    def stand(self, key: _Key, state: str, since: datetime) -> None:
        self.rows[key] = replace(self._row(key), standing=state, since=since)

    def told(self) -> Iterator[Trouble | Quiet]:
        """Yield what is in trouble, in the dependencies' order, and then what is quiet."""
        yield from sorted(self.rows.values(), key=lambda row: _ORDER.index(row.dependency))
        seen = {dependency for dependency, _ in self.rows}
        if quiet := tuple(each for each in Dependency if each not in seen):
            yield Quiet(quiet)

    def _row(self, key: _Key) -> Trouble:
        return self.rows.get(key) or Trouble(*key)


def look(case: Case, book: Logbook, now: datetime) -> Dependencies:
    """Return what the log says of each dependency in the minutes around a request."""
    span = Span.of(case)
    since, until = span.began - BEFORE, min(span.ended + AFTER, now)
    try:
        lines = book.newest(Query(since=since, until=until, severity=Severity.WARNING), MOST_LINES)
        changes = book.newest(_of_states(case, span), MOST_STATES)
    except LogError as error:
        return Dependencies(since, until, problem=str(error))
    tally = _Tally(span)
    for line in sorted(lines, key=lambda line: line.time):
        tally.add(line)
    for key, (state, began) in standing(changes, _instance(case)).items():
        tally.stand(key, state, began)
    return Dependencies(since, until, (*tally.told(), *_cut(lines)))


def standing(changes: Iterable[Line], instance: str) -> Mapping[_Key, tuple[str, datetime]]:
    """Return the states that are not well after all changes, and since when they are not.

    Only what the instance says counts; where it is not known, what any says. A circuit that opens
    anew after each probe is not well since it opened first.
    """
    found: dict[_Key, tuple[str, datetime]] = {}
    for line in sorted(changes, key=lambda line: line.time):
        told = state_of(line)
        if told is None or (instance and line.instance not in {instance, ""}):
            continue
        key, state = told
        if state:
            found[key] = state, found.get(key, ("", line.time))[1]
        else:
            found.pop(key, None)
    return found


def _instance(case: Case) -> str:
    """Return what served the call; empty where no line names it."""
    call = decisive_of(case)
    return next((line.instance for line in call.lines if line.instance), "") if call else ""


def _of_states(case: Case, span: Span) -> Query:
    """Return the query for what states the function's instances were in at the request's end."""
    return Query(
        since=span.began - REMEMBERED,
        until=span.ended + _LEAST,
        functions=(case.function,) if case.function else (),
        events=(CIRCUIT, *STATES),
    )


def _cut(lines: Sequence[Line]) -> Sequence[Note]:
    if len(lines) < MOST_LINES:
        return ()
    begin = clock(min(line.time for line in lines))
    return (Note(f"there are more than {MOST_LINES} such lines: counted from {begin} on"),)


def _is_well(line: Line) -> bool:
    """Tell whether the line is of a state that is well again, whatever its severity is."""
    told = state_of(line)
    return told is not None and not told[1]
