"""An instance of the product and the strict stand-in that it sends its metrics to."""

from contextlib import ExitStack
from typing import Self

import grpc
from google.cloud import monitoring_v3 as api
from google.cloud.monitoring_v3.services.metric_service.transports import (
    MetricServiceGrpcTransport,
)

from conteur.adapters.cloud_monitoring import CloudMonitoring, Instance
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.flushing import Flusher
from conteur.telemetry.instance_state import InstanceState
from conteur.telemetry.registry import EXECUTION_SECONDS, EXECUTIONS, Function
from scripts.local.standins.cloud_monitoring.metrics import MonitoringStandIn
from tests.fakes import FakeLoad

INSTANCE = Instance(
    project="demo-conteur",
    region="europe-west1",
    environment="local",
    service="generate-story",
    revision="generate-story-00001",
    id="instance-1",
)
TIMEOUT = 5.0
START = 1_800_000_000.0


class Clock:
    """Seconds since the epoch that pass by hand, or by sleeping."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class World:
    """One instance of the product and the stand-in that it sends to, in one simulated time."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.monitoring = MonitoringStandIn(self.clock)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self.address = self._stack.enter_context(self.monitoring.serve())
        self.begin(INSTANCE)
        return self

    def begin(self, instance: Instance) -> None:
        """Be this instance from now on, which has counted nothing yet."""
        self.aggregate = Aggregate(now=self.clock, function=Function.GENERATE_STORY)
        self.sink = CloudMonitoring(instance, self.address, self.clock)
        state = InstanceState(self.aggregate, Function.GENERATE_STORY, FakeLoad(), self.clock)
        self.flusher = Flusher(self.aggregate, self.sink, state, self.clock, self.clock.sleep)

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def count(self, by: int = 1, reason: str = "NONE") -> None:
        outcome, kind = ("completed", "NONE") if reason == "NONE" else ("failed", "idle")
        labels = {"outcome": outcome, "reason": reason, "kind": kind}
        self.aggregate.count(EXECUTIONS, by, function="generate_story", **labels)

    def observe(self, seconds: float) -> None:
        self.aggregate.observe(
            EXECUTION_SECONDS, seconds, function="generate_story", outcome="completed"
        )

    def send(self, after_seconds: float = 60.0) -> None:
        self.clock.now += after_seconds
        self.sink.send(self.aggregate.snapshot(), TIMEOUT)

    def describe(self, descriptor: dict[str, object]) -> None:
        """Have a metric described before its first point."""
        with grpc.insecure_channel(self.address) as channel:
            client = api.MetricServiceClient(transport=MetricServiceGrpcTransport(channel=channel))
            name = f"projects/{INSTANCE.project}"
            client.create_metric_descriptor({"name": name, "metric_descriptor": descriptor})

    def read(self, metric_type: str) -> list[api.TimeSeries]:
        """Return the series of a metric as the real client reads them."""
        return read(self.address, metric_type)


def read(address: str, metric_type: str) -> list[api.TimeSeries]:
    """Return the series of a metric, out of the service at an address."""
    with grpc.insecure_channel(address) as channel:
        client = api.MetricServiceClient(transport=MetricServiceGrpcTransport(channel=channel))
        request = {
            "name": "projects/demo-conteur",
            "filter": f'metric.type = "{metric_type}"',
            "interval": {"start_time": {"seconds": 1}, "end_time": {"seconds": 2 * int(START)}},
        }
        return list(client.list_time_series(request=request))
