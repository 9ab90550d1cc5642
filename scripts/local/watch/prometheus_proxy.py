"""The page's way to Prometheus: two questions of its HTTP API.

Source: https://prometheus.io/docs/prometheus/latest/querying/api/
"""

import json
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse, IncompleteRead
from typing import Any
from urllib.error import HTTPError

from scripts.local.loopback import open_local
from scripts.local.watch.errors import UnavailableError

QUERIES = "/api/v1/query_range"
ALERTS = "/api/v1/alerts"
ANSWER_SECONDS = 10.0
MAX_BYTES = 8 * 1024 * 1024
MISSING = (
    "Graphs by PromQL and firing alerts need Prometheus: run scripts/setup, or put a prometheus on "
    "PATH, and start again. These are totals, straight from the metrics."
)
SILENT = "Prometheus does not answer. These are totals, straight from the metrics."


class PrometheusProxy:
    """Asks the Prometheus at `base_url`; empty where there is none."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url

    def alerts(self) -> dict[str, Any]:
        """Return the active `alerts`; None and a `notice` that says why where nobody knows them."""
        try:
            status, body = self.ask(ALERTS)
        except UnavailableError as error:
            return {"alerts": None, "notice": str(error)}
        if status != HTTPStatus.OK:  # it reads its data yet
            return {"alerts": None, "notice": SILENT}
        return {"alerts": json.loads(body)["data"]["alerts"], "notice": ""}

    def ask(self, path: str, query: str = "") -> tuple[int, bytes]:
        """Return the status and body of its answer. Raises UnavailableError."""
        if not self._base_url:
            raise UnavailableError(MISSING)
        try:
            status, reply = _opened(f"{self._base_url}{path}?{query}")
            with reply:
                return status, _whole(reply)
        except (OSError, HTTPException) as error:
            raise UnavailableError(SILENT) from error


def _opened(url: str) -> tuple[int, HTTPResponse | HTTPError]:
    try:
        reply = open_local(url, ANSWER_SECONDS)
    except HTTPError as refusal:  # its own words on a query that is wrong
        return refusal.code, refusal
    return reply.status, reply


def _whole(reply: HTTPResponse | HTTPError) -> bytes:
    """Return the body. Raises IncompleteRead, or UnavailableError where it is too long."""
    body = reply.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise UnavailableError(f"Prometheus answered more than {MAX_BYTES} bytes.")
    # Only of chunks does http.client itself say that some are missing.
    if reply.headers.get("Content-Length", str(len(body))) != str(len(body)):
        raise IncompleteRead(body)
    return body
