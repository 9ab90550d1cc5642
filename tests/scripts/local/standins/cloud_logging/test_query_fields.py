"""The fields of a log entry."""

import pytest
from google.cloud.logging_v2.types import LogEntry

from scripts.local.standins.cloud_logging.query import parse
from tests.scripts.ops.logbook.kept import entry, request

OWN = LogEntry.pb(request(0, 503, "https://a.run.app/stories"))


@pytest.mark.parametrize(
    "query",
    [
        'log_id("run.googleapis.com/requests")',
        'logName:"run.googleapis.com%2Frequests"',
        "httpRequest.status>=500",
        'httpRequest.latency>"0.3s"',
        'httpRequest.requestUrl:"/stories"',
        "httpRequest.requestMethod=POST severity=ERROR",
    ],
)
def test_what_cloud_run_logs_of_a_request(query: str) -> None:
    """It is found by its log, and by what was asked and answered."""
    assert parse(query)(OWN)
    assert not parse(query)(LogEntry.pb(entry(0, event="a")))
