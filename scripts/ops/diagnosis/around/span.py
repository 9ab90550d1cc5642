"""When a request was, and how far from it something is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from scripts.ops.diagnosis.case import Case
from scripts.ops.diagnosis.verdict import decisive_of

_UNITS = ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s"))


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence among rows."""

    text: str

    def __str__(self) -> str:
        """Return it as a line for people."""
        return self.text


@dataclass(frozen=True, slots=True)
class Span:
    """From a request's first byte to its end; of one that was sent again, the call that counts."""

    began: datetime
    ended: datetime

    @classmethod
    def of(cls, case: Case) -> Self:
        """Return when the call was that a case is told of, without what was done about it later."""
        call = decisive_of(case)
        return cls(call.began, call.last_seen) if call else cls(case.began, case.ended)

    def beside(self, at: datetime) -> str:
        """Return where a moment lies: `3 min 20 s before it`, `during it`, `2 h 5 min after it`."""
        if at < self.began:
            return f"{lasting(self.began - at)} before it"
        return f"{lasting(at - self.ended)} after it" if at > self.ended else "during it"


def lasting(span: timedelta) -> str:
    """Return a span of time in its two largest units."""
    seconds = round(span.total_seconds())
    for unit, name, part, lesser in _UNITS:
        if seconds >= unit:
            rest = seconds % unit // part
            return f"{seconds // unit} {name}" + (f" {rest} {lesser}" if rest else "")
    return f"{seconds} s"


def clock(at: datetime) -> str:
    """Return a moment's time of day, in UTC as the log has it."""
    return f"{at:%H:%M:%S}"


def of_day(at: datetime) -> str:
    """Return a moment of another day, to the minute."""
    return f"{at:%Y-%m-%d %H:%M}"
