"""Has Cloud Monitoring tell people what an operation has done, by the project's own channels.

No API sends an alert: a point of a metric that only operations write is past the threshold of an
alert in monitoring/alerts.yaml. It takes roles/monitoring.metricWriter.
https://cloud.google.com/monitoring/custom-metrics/creating-metrics
"""

import time
import uuid
from collections.abc import Callable, Mapping

from conteur.adapters.cloud_monitoring import POINT_SECONDS, CloudMonitoring, Instance
from conteur.settings import Environment
from conteur.telemetry.aggregate import Series, Snapshot
from conteur.telemetry.flushing import SinkError
from conteur.telemetry.operation_metrics import ANNOUNCEMENTS, OPERATIONS, ROLLED_BACK, TEST
from scripts.ops.operations.errors import OperationError
from scripts.ops.operations.site import Site

ALERTS: Mapping[str, str] = {ROLLED_BACK: "service_rolled_back", TEST: "test_alert"}
"""The alert of each kind of announcement."""
SECONDS = 10.0


class Announcer:
    """Says one thing, and takes it back where it is over before it is forgotten."""

    def __init__(self, site: Site, kind: str, now: Callable[[], float] = time.time) -> None:
        """Take a kind of ALERTS. Raises PlaceError where no Cloud Monitoring is meant."""
        target = site.monitoring()
        environment = Environment.LOCAL if site.name == Environment.LOCAL else site.name
        # An id of its own: two announcements at once must not spoil each other's series.
        instance = Instance(
            site.project, site.region, environment, OPERATIONS, OPERATIONS, uuid.uuid4().hex
        )
        self._site = site
        self._kind = kind
        self._now = now
        self._sink = CloudMonitoring(instance, target.endpoint, now)

    @property
    def alert(self) -> str:
        """The name of the alert that fires on it."""
        return ALERTS[self._kind]

    def say(self) -> None:
        """Have the alert fire: it ends by itself, five minutes later. Raises OperationError."""
        self._write(1)

    def take_back(self) -> None:
        """Have the alert end now. Raises OperationError."""
        self._write(0)

    def _write(self, value: int) -> None:
        series = Series(ANNOUNCEMENTS, (self._kind,), value)
        began = self._now() - 2 * POINT_SECONDS  # a point of what began just now would end later
        try:
            self._sink.send(Snapshot((series,), began, 1), SECONDS)
        except SinkError as error:
            raise OperationError(
                f"{self._site.label}: nobody is told by {self.alert}: {error}. Tell them yourself. "
                "It takes roles/monitoring.metricWriter, and `scripts/monitoring apply`."
            ) from error


def announce(site: Site, kind: str, now: Callable[[], float] = time.time) -> str:
    """Have people told, and return how, for people. Raises OperationError or PlaceError.

    `kind` is operation_metrics.ROLLED_BACK or TEST.
    """
    announcer = Announcer(site, kind, now)
    announcer.say()
    return f"{announcer.alert} tells it within some minutes, and ends by itself"
