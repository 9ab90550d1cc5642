"""Whether an alert fires: Prometheus' own answer, or Cloud Monitoring's.

https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/#inspecting-alerts-during-runtime
https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alerts/list
"""

from collections.abc import Callable
from typing import Protocol

from scripts.ops.monitoring.reading.prometheus_api import Prometheus
from scripts.ops.monitoring.reading.prometheus_errors import QueryError
from scripts.ops.operations.google_rest import GoogleRest

HOST = "monitoring.googleapis.com"
PAGE = "1000"  # the most that the service takes


class Alerts(Protocol):
    """Who knows which alerts fire."""

    def fires(self, alert: str) -> bool:
        """Tell whether it fires. Raises OperationError or QueryError."""


class PrometheusAlerts:
    """Alerts of a Prometheus that minds the rules. `now` answers Unix seconds."""

    def __init__(self, prometheus: Prometheus, now: Callable[[], float]) -> None:
        self._prometheus = prometheus
        self._now = now

    def fires(self, alert: str) -> bool:
        """Tell whether it fires. Raises QueryError."""
        query = f'ALERTS{{alertname="{alert}", alertstate="firing"}}'
        answer = self._prometheus.ask([query], self._now())[query]
        if isinstance(answer, QueryError):
            raise answer
        return bool(answer.samples)


class CloudAlerts:
    """Alerts of a project's policies, the newest page of them."""

    def __init__(self, rest: GoogleRest, project: str, group: str) -> None:
        """Take the group of rules by which the policies are named."""
        self._rest = rest
        self._project = project
        self._group = group

    def fires(self, alert: str) -> bool:
        """Tell whether an alert of its policy is open. Raises RestError."""
        found = self._rest.get(HOST, f"v3/projects/{self._project}/alerts", pageSize=PAGE)
        wanted = f"{self._group}/{alert}"
        return any(
            each.get("state") == "OPEN" and each.get("policy", {}).get("displayName") == wanted
            for each in found.get("alerts", [])
        )
