"""Which lines are asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from scripts.ops.logbook.line import Line


class Severity(StrEnum):
    """What a line may be, from the least.

    https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#LogSeverity
    """

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"
    CRITICAL = "CRITICAL"


RANKS: Mapping[str, int] = MappingProxyType(
    {
        "DEFAULT": 0,
        "DEBUG": 100,
        "INFO": 200,
        "NOTICE": 300,
        "WARNING": 400,
        "ERROR": 500,
        "CRITICAL": 600,
        "ALERT": 700,
        "EMERGENCY": 800,
    }
)
"""What Cloud Logging may call a line, and how it compares them (same source)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Lines of `since` up to `until`, both with a zone; without `until`, up to now.

    `request` is any of the ids in line.IDS; `severity` the least one; `functions` are names as
    in main.py (`generate_story`); `events` are what happened (`call.ended`). What is empty asks
    for nothing less.
    """

    since: datetime
    until: datetime | None = None
    request: str = ""
    severity: Severity | None = None
    functions: tuple[str, ...] = ()
    events: tuple[str, ...] = ()

    @property
    def services(self) -> tuple[str, ...]:
        """The functions as Cloud Run calls them: `generate-story`."""
        return tuple(name.replace("_", "-") for name in self.functions)

    def selects(self, line: Line) -> bool:
        """Tell whether a line is asked for."""
        return (
            self.since <= line.time
            and (self.until is None or line.time < self.until)
            and (not self.request or line.is_of(self.request))
            and (self.severity is None or RANKS.get(line.severity, 0) >= RANKS[self.severity])
            and (not self.functions or line.service in self.services)
            and (not self.events or line.event in self.events)
        )
