"""The page's way to Prometheus: two questions of its HTTP API.

Source: https://prometheus.io/docs/prometheus/latest/querying/api/
"""

import json
from http import HTTPStatus
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


class PrometheusApi:
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
            with open_local(f"{self._base_url}{path}?{query}", ANSWER_SECONDS) as reply:
                status, body = reply.status, reply.read(MAX_BYTES + 1)
        except HTTPError as refusal:  # its own words on a query that is wrong
            status, body = refusal.code, refusal.read(MAX_BYTES + 1)
        except OSError as error:
            raise UnavailableError(SILENT) from error
        if len(body) > MAX_BYTES:
            raise UnavailableError(f"Prometheus answered more than {MAX_BYTES} bytes.")
        return status, body
