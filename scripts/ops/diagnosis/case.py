"""What the log has of one request."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from scripts.ops.logbook.line import Line


@dataclass(frozen=True, slots=True)
class Case:
    """All lines of a request, oldest first, at least one.

    A request that was sent several times under one id has several `call.ended` among them. One
    that `is_cut` has older lines, which were not read.
    """

    named: str
    lines: tuple[Line, ...]
    is_cut: bool = False

    @classmethod
    def of(cls, named: str, lines: list[Line]) -> Self | None:
        """Return the case of an id; None where no line is of it."""
        own = sorted((line for line in lines if line.is_of(named)), key=lambda line: line.time)
        return cls(named, tuple(own)) if own else None

    @property
    def began(self) -> datetime:
        """When its first line was written."""
        return self.lines[0].time

    @property
    def ended(self) -> datetime:
        """When its last line was written."""
        return self.lines[-1].time

    @property
    def function(self) -> str:
        """The function it called, as in main.py; empty where no line says so."""
        named = (str(line.fields.get("function", "")) for line in self.lines)
        return next(filter(None, named), "")

    def last(self, *events: str) -> Line | None:
        """Return the last line of these events."""
        return next((line for line in reversed(self.lines) if line.event in events), None)
