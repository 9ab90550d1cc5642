"""Instances of the product that all send to one Cloud Monitoring, which may fail."""

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path

import grpc
from google.cloud import monitoring_v3 as api

from conteur.telemetry.registry import EXECUTION_SECONDS, EXECUTIONS
from scripts.local.standins.cloud_monitoring.metrics import MonitoringStandIn
from scripts.local.standins.server import Message, Method, RefusalError
from tests.clients.backends import EVERY_FUNCTION, Gunicorn, gunicorn
from tests.crashes.calls import token_for
from tests.crashes.ready_model import ReadyModel
from tests.crashes.world import Database
from tests.issuer import Issuer
from tests.load.callers import Caller, Labels

AT_ONCE = 12
SETTINGS = {"BUDGET_USD_PER_DAY": "100000"}


class Turn(Enum):
    """What becomes of a call."""

    REFUSED = auto()
    TAKEN = auto()
    ANSWER_LOST = auto()


TURNS = (Turn.REFUSED, Turn.TAKEN, Turn.ANSWER_LOST, Turn.TAKEN)


class FailingMonitoring(MonitoringStandIn):
    """Fails every second call of each instance, beginning with its first one.

    In turn such a call is refused, and taken with its answer lost. `sent` counts all calls by
    instance, `failed` those that fail.
    """

    def __init__(self) -> None:
        super().__init__()
        self.sent: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self._turns: Counter[str] = Counter()

    def refuse_next(self) -> None:
        """Begin anew: the next call of each instance is refused, the one after it taken."""
        self._turns.clear()

    def methods(self) -> Mapping[str, Method]:
        """Return the methods; the one that writes fails."""
        return {
            **super().methods(),
            "CreateTimeSeries": Method(api.CreateTimeSeriesRequest, self._create_or_fail),
        }

    def _create_or_fail(self, request: api.CreateTimeSeriesRequest) -> Message:
        instance = request.time_series[0].resource.labels["task_id"]
        turn = self._turns[instance] % len(TURNS)
        self._turns[instance] += 1
        self.sent[instance] += 1
        answer = None if TURNS[turn] is Turn.REFUSED else self._create(request)
        if TURNS[turn] is Turn.TAKEN:
            return answer
        self.failed[instance] += 1
        raise RefusalError(grpc.StatusCode.UNAVAILABLE, "failed on purpose")


@dataclass(frozen=True)
class Seen:
    """What the callers saw: answers by how they ended, and by who gave them."""

    endings: Counter[Labels] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)

    def add(self, caller: Caller) -> None:
        """Add what one of them saw."""
        self.endings.update(caller.seen)
        self.answered.update(caller.answered)


@dataclass(frozen=True)
class CountedFleet:
    """The instances, and what they send to."""

    instances: Sequence[Gunicorn]
    monitoring: MonitoringStandIn
    data: Database
    issuer: Issuer

    def caller(self, uid: str, *instances: Gunicorn) -> Caller:
        """Return a user's app that calls these instances, or all."""
        urls = [instance.url for instance in instances or self.instances]
        return Caller(urls, token_for(self.issuer, self.data.project, uid))

    def answer(self, calls: int, half_way: Callable[[], object] = lambda: None) -> Seen:
        """Have so many calls answered, AT_ONCE at a time; do `half_way` amid them."""
        numbers = iter(range(calls))  # whose `next` is one step of the interpreter
        callers = [self.caller(f"user-{number}") for number in range(AT_ONCE)]

        def work(caller: Caller) -> None:
            for number in numbers:
                if number == calls // 2:
                    half_way()
                caller.call(number)
            caller.hang_up()

        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(work, callers))
        seen = Seen()
        for caller in callers:
            seen.add(caller)
        return seen

    def end(self) -> None:
        """End all with SIGTERM, at the same time."""
        for instance in self.instances:
            instance.process.ask_to_stop()
        for instance in self.instances:
            instance.process.stop()

    def counted(self) -> dict[str, int]:
        """Return how many executions Cloud Monitoring has counted, by the instance's URL."""
        return {
            instance.url: self.monitoring.total(EXECUTIONS.type, revision=_revision(number))
            for number, instance in enumerate(self.instances)
        }

    def executions(self) -> dict[Labels, int]:
        """Return what Cloud Monitoring has counted, by ending."""
        totals = {
            labels: self.monitoring.total(
                EXECUTIONS.type, **dict(zip(EXECUTIONS.labels, labels, strict=True))
            )
            for labels in EXECUTIONS.known
        }
        return {labels: total for labels, total in totals.items() if total}

    def times(self) -> dict[Labels, int]:
        """Return how many execution times Cloud Monitoring has counted, by function and outcome."""
        totals = {
            (function, outcome): self.monitoring.total(
                EXECUTION_SECONDS.type, function=function, outcome=outcome
            )
            for function, outcome in EXECUTION_SECONDS.known
        }
        return {labels: total for labels, total in totals.items() if total}


def kill(server: int) -> None:
    """End an instance with SIGKILL, by the process id of gunicorn's master; its worker too."""
    os.killpg(os.getpgid(server), signal.SIGKILL)


@contextmanager
def counted_fleet(
    folder: Path,
    issuer: Issuer,
    data: Database,
    monitoring: MonitoringStandIn,
    size: int,
    **settings: str,
) -> Iterator[CountedFleet]:
    """Serve the product `size` times over one database, one model and one Cloud Monitoring."""
    with ExitStack() as running:
        model = running.enter_context(ReadyModel().serve())
        model.open()
        shared = {
            **SETTINGS,
            "GOOGLE_CLOUD_PROJECT": data.project,
            "MONITORING_ENDPOINT": running.enter_context(monitoring.serve()),
            "OPENAI_BASE_URL": model.url,
            **settings,
        }
        instances = []
        for number in range(size):
            home = folder / f"instance-{number}"
            home.mkdir()
            own = {**shared, "K_REVISION": _revision(number)}
            backend = gunicorn(home, issuer, data.host, EVERY_FUNCTION, **own)
            instances.append(running.enter_context(backend))
        yield CountedFleet(instances, monitoring, data, issuer)


def _revision(number: int) -> str:
    """Return an instance's revision, by which its series can be told from the others'."""
    return f"instance-{number}"
