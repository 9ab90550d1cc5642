"""Lines of a log that does not change: what was logged from 14:00 on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from google.cloud.logging_v2 import types as api

from scripts.local.standins.cloud_logging.service import LoggingStandIn
from scripts.ops.logbook.line import Line
from scripts.ops.logbook.query import Query
from scripts.ops.logbook.reader import Logbook, opened
from scripts.ops.logbook.source import Source

PROJECT = "demo-conteur"
BEGAN = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
ALL = Query(since=BEGAN)


def at(seconds: float) -> datetime:
    """Return the moment so many seconds after 14:00."""
    return BEGAN + timedelta(seconds=seconds)


def line(
    seconds: float = 0,
    severity: str = "INFO",
    service: str = "",
    /,
    **fields: Any,  # noqa: ANN401 - whatever JSON has
) -> Line:
    """Return a line without a message."""
    return Line(at(seconds), severity, "", service, "", fields)


def entry(
    seconds: float = 0,
    severity: str = "INFO",
    service: str = "generate-story",
    /,
    **payload: Any,  # noqa: ANN401 - whatever JSON has
) -> api.LogEntry:
    """Return what Cloud Logging keeps of a line of a function."""
    labels = {"service_name": service, "revision_name": f"{service}-00001", "project_id": PROJECT}
    return api.LogEntry(
        log_name=f"projects/{PROJECT}/logs/run.googleapis.com%2Fstdout",
        resource={"type": "cloud_run_revision", "labels": labels},
        labels={"goog-managed-by": "cloudfunctions"},
        timestamp=at(seconds),
        severity=severity,
        json_payload=payload,
    )


def request(
    seconds: float, status: int, url: str = "https://a.run.app/", service: str = "generate-story"
) -> api.LogEntry:
    """Return what Cloud Run itself keeps of a request that took 312 ms.

    https://cloud.google.com/run/docs/logging#request-logs
    """
    severity = {4: "WARNING", 5: "ERROR"}.get(status // 100, "INFO")
    kept = entry(seconds, severity, service)
    asked = {"request_method": "POST", "request_url": url, "status": status}
    return api.LogEntry(
        log_name=f"projects/{PROJECT}/logs/run.googleapis.com%2Frequests",
        resource=kept.resource,
        labels={**kept.labels, "instanceId": "i-1"},
        timestamp=kept.timestamp,
        severity=kept.severity,
        trace=f"projects/{PROJECT}/traces/1",
        http_request={**asked, "latency": timedelta(seconds=0.3124)},
    )


def stand_in() -> LoggingStandIn:
    """Return a stand-in at 14:01."""
    return LoggingStandIn(at(60).timestamp)


@contextmanager
def logbook(log: LoggingStandIn) -> Iterator[Logbook]:
    """Serve a log, and give what reads it."""
    with log.serve() as address, opened(Source(PROJECT, PROJECT, address)) as book:
        yield book


def numbers(lines: list[Line]) -> list[int]:
    """Return what lines that have nothing else are told apart by."""
    return [each.fields["n"] for each in lines]
