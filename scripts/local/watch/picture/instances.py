"""Instances that count as deployed ones do, under a clock that is moved by hand."""

from collections.abc import Callable

from conteur.adapters.cloud_monitoring import CloudMonitoring, Instance
from conteur.settings import Environment
from conteur.telemetry.aggregate import Aggregate
from scripts.local.firebase_project import PROJECT

REGION, REVISION = "europe-west1", "v1"
SEND_SECONDS = 5.0


class Clock:
    """Seconds since the epoch."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        """Return the time that it was moved to."""
        return self.now


class CountingInstance:
    """One instance of a function: what it counts in `aggregate` goes to the stand-in."""

    def __init__(
        self, function: str, number: int, endpoint: str, clock: Callable[[], float]
    ) -> None:
        service = function.replace("_", "-")
        self.aggregate = Aggregate(now=clock, function=function)
        self._sink = CloudMonitoring(
            Instance(PROJECT, REGION, Environment.LOCAL, service, REVISION, f"{service}-{number}"),
            endpoint,
            clock,
        )

    def send(self) -> None:
        """Send what is counted. Raises SinkError."""
        self._sink.send(self.aggregate.snapshot(), SEND_SECONDS)
