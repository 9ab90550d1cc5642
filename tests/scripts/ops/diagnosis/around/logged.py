"""A log in the stand-in for Cloud Logging, on the wire, with one request at 14:00."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from scripts.local.standins.cloud_logging.service import LoggingStandIn
from scripts.ops.diagnosis.case import Case
from scripts.ops.logbook.query import Query
from scripts.ops.logbook.reader import Logbook
from tests.scripts.ops.logbook.kept import at, entry, logbook

IT = "the-request"
NOW = at(3600)
SERVICE = "generate-story"
FIRST, SECOND = "generate-story-00001-loc", "generate-story-00002-loc"


@dataclass(frozen=True, slots=True)
class Logged:
    """The log, and what reads it. Seconds are those after 14:00."""

    log: LoggingStandIn
    book: Logbook

    def add(
        self,
        seconds: float,
        event: str,
        severity: str = "INFO",
        /,
        of: str = SERVICE,
        revision: str = FIRST,
        **fields: Any,  # noqa: ANN401 - JSON's
    ) -> None:
        named = {"event": event} if event else {}
        message = fields.pop("message", event)
        one = entry(seconds, severity, of, message=message, **named, **fields)
        one.resource.labels["revision_name"] = revision
        self.log.write(one)

    def ended(self, seconds: float, request: str, reason: str = "NONE", **fields: Any) -> None:  # noqa: ANN401 - JSON's
        """Log the end of a call that took a second, and its error before."""
        revision = fields.pop("revision", FIRST)
        own = {"request_id": request, "function": "generate_story", "revision": revision}
        outcome = "completed" if reason == "NONE" else "failed"
        if reason != "NONE":
            self.add(seconds - 0.001, "call.failed", "ERROR", reason=reason, **own, **fields)
        self.add(seconds, "call.ended", outcome=outcome, reason=reason, ms=1000, **own)

    def failed(self, reason: str = "TIMEOUT", **fields: Any) -> Case:  # noqa: ANN401 - JSON's
        """Log the request, which ended at 14:00:01, and return its case."""
        self.ended(1, IT, reason, **fields)
        return self.case()

    def case(self) -> Case:
        query = Query(since=at(0) - timedelta(days=1), request=IT)
        case = Case.of(IT, self.book.newest(query, 100))
        assert case
        return case


@contextmanager
def logging() -> Iterator[Logged]:
    """Serve an empty log, at 15:00."""
    log = LoggingStandIn(NOW.timestamp)
    with logbook(log) as book:
        yield Logged(log, book)
