"""Whether other calls of the same function fared alike in the same minutes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scripts.ops.diagnosis.around.endings import COMPLETED, EVENTS, FAILED, Ending, read_endings
from scripts.ops.diagnosis.around.span import Note, Span, clock
from scripts.ops.diagnosis.case import Case
from scripts.ops.diagnosis.verdict import decisive_of
from scripts.ops.logbook.line import Line
from scripts.ops.logbook.query import Query
from scripts.ops.logbook.reader import Logbook, LogError

AROUND = timedelta(minutes=5)
MOST_LINES = 2000
_FRESH = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the other calls ended alike, of `total`, and when the first and the last did."""

    outcome: str
    reason: str
    calls: int
    total: int
    before: int
    after: int
    first: datetime
    last: datetime

    def __str__(self) -> str:
        """Return it as a line for people."""
        how = self.outcome if self.outcome == COMPLETED else f"{self.outcome} with {self.reason}"
        when = f"{self.before} before it, {self.after} after"
        return f"{_part(self.calls, self.total)} others {how}: {when}"


@dataclass(frozen=True, slots=True)
class Others:
    """The calls of a function that ended from `since` to `until`: what to say of them, and shares.

    `problem` says why nothing could be read.
    """

    since: datetime
    until: datetime
    rows: Sequence[Note | Share] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A request's ending, None where no line tells it, beside those of the other calls."""

    ending: Ending | None
    others: Sequence[Ending]
    until: datetime

    @property
    def alike(self) -> Sequence[Ending]:
        """Those that ended with the same reason; of one that completed, none."""
        if self.ending is None or self.ending.outcome == COMPLETED:
            return ()
        return [call for call in self.others if call.reason == self.ending.reason]

    @property
    def sentence(self) -> str:
        """What is to be said of them."""
        if not self.others:
            return "no other call of the function ended in these minutes"
        if self.ending is None or self.ending.outcome == COMPLETED:
            return self._of_failures()
        if not self.alike:
            none = f"none of {len(self.others)} others"
            return f"only this request ended with {self.ending.reason}: {none}"
        return "; ".join(filter(None, self._of_alike(self.ending)))

    def shares(self) -> Iterator[Share]:
        """Yield how many others ended how, the most first."""
        counted = Counter((call.outcome, call.reason) for call in self.others)
        for how, number in counted.most_common():
            times = [call.at for call in self.others if (call.outcome, call.reason) == how]
            before = sum(self.ending is not None and at <= self.ending.at for at in times)
            parts = (number, len(self.others), before, number - before)
            yield Share(*how, *parts, min(times), max(times))

    def _of_failures(self) -> str:
        reasons = Counter(call.reason for call in self.others if call.outcome == FAILED)
        mostly = f", most with {reasons.most_common(1)[0][0]}" if reasons else ""
        return f"{_part(reasons.total(), len(self.others))} other calls failed{mostly}"

    def _of_alike(self, ending: Ending) -> Iterator[str]:
        alike = self.alike
        yield f"{_part(len(alike) + 1, len(self.others) + 1)} calls ended with {ending.reason}"
        exactly = sum(call.facts == ending.facts for call in alike)
        if exactly < len(alike):
            yield f"{exactly} of the others with the same kind, phase and cause"
        times = [ending.at, *(call.at for call in alike)]
        end = "still going on at" if max(times) >= self.until - _FRESH else "last at"
        yield f"first at {clock(min(times))}, {end} {clock(max(times))}"
        yield self._of_revisions({ending.revision, *(call.revision for call in alike)})

    def _of_revisions(self, bad: set[str]) -> str:
        """Tell of the revision, where another one served as well and had none of it."""
        good = {call.revision for call in self.others} - bad
        if len(bad) != 1 or not good:
            return ""
        return f"only of revision {bad.pop()}, not of {', '.join(sorted(good))}"


def look(case: Case, book: Logbook, now: datetime) -> Others:
    """Return how the calls of the same function ended, AROUND before and after the request."""
    span = Span.of(case)
    since, until = span.began - AROUND, min(span.ended + AROUND, now)
    functions = (case.function,) if case.function else ()
    query = Query(since=since, until=until, functions=functions, events=EVENTS)
    try:
        lines = book.newest(query, MOST_LINES)
    except LogError as error:
        return Others(since, until, problem=str(error))
    found = compared(case, lines, until)
    return Others(since, until, (Note(found.sentence), *found.shares(), *_cut(lines)))


def compared(case: Case, lines: Sequence[Line], until: datetime) -> Comparison:
    """Return how the call that counts ended, beside the calls whose lines these are."""
    own = {line.request_id for line in case.lines} - {""}
    call = decisive_of(case)
    endings = read_endings(call.lines, own) if call else ()
    others = [call for call in read_endings(lines, own) if not call.own]
    return Comparison(endings[-1] if endings else None, others, until)


def _cut(lines: Sequence[Line]) -> Sequence[Note]:
    if len(lines) < MOST_LINES:
        return ()
    begin = clock(min(line.time for line in lines))
    return (Note(f"there are more than {MOST_LINES} such lines: counted from {begin} on"),)


def _part(some: int, total: int) -> str:
    return f"{some} of {total} ({some / total:.0%})"
