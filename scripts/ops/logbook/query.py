"""Which lines are asked for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Severity(StrEnum):
    """What a line may be, from the least.

    https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#LogSeverity
    """

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"
    CRITICAL = "CRITICAL"


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
