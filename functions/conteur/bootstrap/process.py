"""What every service of one process shares: its clock, its threads, and what it counts."""

import linecache
import uuid

from conteur.adapters.background import BackgroundThreads
from conteur.adapters.clock import SystemClock
from conteur.adapters.instance_load import InstanceLoad
from conteur.adapters.timers import Timers
from conteur.bootstrap.lazy import Lazy
from conteur.settings import Settings
from conteur.telemetry import logs
from conteur.telemetry.aggregate import Aggregate, Snapshot
from conteur.telemetry.flushing import Flusher, MetricSink
from conteur.telemetry.instance_state import InstanceState
from conteur.use_cases.memory_guard import MemoryGuard


class Process:
    """The ground of all services. Nothing of it starts a thread or opens a connection yet."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = SystemClock()
        self.timers = Timers(self.clock, lambda error: logs.error("timers.failed", error))
        self.background = BackgroundThreads()
        self.meter = Aggregate(function=settings.function)
        self.load = InstanceLoad()
        state = InstanceState(self.meter, settings.function, self.load)
        self.flusher = Flusher(self.meter, _DeferredSink(Lazy(self._metric_sink)), state)
        # Lines of source that tracebacks show: about a megabyte once errors were logged.
        caches = (linecache.clearcache,)
        self.memory = MemoryGuard(self.load, caches, self.clock, self.meter)

    def _metric_sink(self) -> MetricSink:
        from conteur.adapters.cloud_monitoring import CloudMonitoring, Instance

        settings = self.settings
        instance = Instance(
            project=settings.project,
            region=settings.region,
            environment=settings.environment,
            service=settings.service,
            revision=settings.revision,
            id=uuid.uuid4().hex,  # made in the worker: a second worker is a second instance
        )
        return CloudMonitoring(instance, settings.endpoints.monitoring)


class _DeferredSink:
    """A sink that is built by its first flush, on the flush's own thread."""

    def __init__(self, sink: Lazy[MetricSink]) -> None:
        self._sink = sink

    def send(self, snapshot: Snapshot, timeout: float) -> None:
        self._sink().send(snapshot, timeout)
