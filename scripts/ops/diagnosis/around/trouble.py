"""What the log says of one dependency."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from scripts.ops.diagnosis.around.events import Dependency
from scripts.ops.diagnosis.around.span import clock
from scripts.ops.diagnosis.layout import shortened

_LENGTH = 200  # of a message


@dataclass(frozen=True, slots=True)
class Trouble:
    """How many lines tell of a dependency before, during and after the request.

    `model` tells those of OpenAI apart. `worst` is the message of the first line of the highest
    severity. `standing` is the state at the request's end that was not well, and `since` when the
    instance that served it fell into it; where that is not known, any of the function's.
    """

    dependency: Dependency
    model: str = ""
    before: int = 0
    during: int = 0
    after: int = 0
    first: datetime | None = None
    last: datetime | None = None
    severity: str = ""
    worst: str = ""
    standing: str = ""
    since: datetime | None = None

    @property
    def lines(self) -> int:
        """How many lines there are in all."""
        return self.before + self.during + self.after

    def __str__(self) -> str:
        """Return it as a line for people."""
        name = f"{self.dependency} ({self.model})" if self.model else str(self.dependency)
        return f"{name}: {'; '.join(self._said())}"

    def _said(self) -> Iterator[str]:
        if self.since:
            yield f"{self.standing} since {clock(self.since)}"
        if self.first and self.last:
            parts = ((self.before, "before"), (self.during, "during"), (self.after, "after"))
            shares = ", ".join(f"{number} {when}" for number, when in parts if number)
            if self.lines == 1:
                yield f"1 line, {shares} it, {clock(self.first)}"
            else:
                span = f"{clock(self.first)} to {clock(self.last)}"
                yield f"{self.lines} lines ({shares} it), {span}"
        if self.worst:
            yield f"{self.severity} {shortened(self.worst, _LENGTH)}"


@dataclass(frozen=True, slots=True)
class Quiet:
    """The dependencies that no line tells of."""

    dependencies: tuple[Dependency, ...]

    def __str__(self) -> str:
        """Return it as a line for people."""
        return f"quiet: {', '.join(self.dependencies)}"
