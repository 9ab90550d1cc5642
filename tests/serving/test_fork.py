"""What the workers of one gunicorn share: nothing that is counted, and no connection."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from google.cloud import monitoring_v3 as api

from conteur.telemetry.registry import EXECUTIONS
from scripts.local.standins.cloud_monitoring.metrics import MonitoringStandIn
from scripts.local.standins.server import Message, Method
from tests.load.callers import Caller
from tests.measures.served import server_pid
from tests.serving.conftest import Serve

pytestmark = pytest.mark.server

WORKERS = 2
PATIENCE_SECONDS = 30.0
REFUSED = 3  # the number of a call that is
STATE, INODE = 3, 9  # columns of proc(5)'s table
ESTABLISHED = "01"  # of include/net/tcp_states.h


class NotingMonitoring(MonitoringStandIn):
    """Notes who sends points."""

    def __init__(self) -> None:
        super().__init__()
        self.senders: set[str] = set()

    def methods(self) -> dict[str, Method]:
        def create(request: api.CreateTimeSeriesRequest) -> Message:
            self.senders |= {one.resource.labels["task_id"] for one in request.time_series}
            return self._create(request)

        return {
            **super().methods(),
            "CreateTimeSeries": Method(api.CreateTimeSeriesRequest, create),
        }


@dataclass(frozen=True)
class Forked:
    """Calls that two workers have answered, who sent points, and the master's connections."""

    calls: int
    monitoring: NotingMonitoring
    connections: set[str]


@pytest.fixture(scope="module")
def forked(serve: Serve) -> Iterator[Forked]:
    """Call over new connections until both workers have sent points, and end them."""
    monitoring = NotingMonitoring()
    with (
        monitoring.serve() as address,
        serve(WORKERS=str(WORKERS), MONITORING_ENDPOINT=address) as backend,
    ):
        calls = Counter[str]()

        def both_sent() -> bool | None:
            caller = Caller([backend.url], "")
            caller.call(REFUSED)
            caller.hang_up()
            calls.update(caller.answered)
            return len(monitoring.senders) == WORKERS or None

        backend.process.wait_for(both_sent, "sending from both workers", PATIENCE_SECONDS)
        connections = connected(server_pid(backend.url))
        backend.process.stop()
        yield Forked(calls.total(), monitoring, connections)


def test_each_worker_is_an_instance(forked: Forked) -> None:
    """Each worker sends its own series, and gunicorn's master, which served nothing, none."""
    assert len(forked.monitoring.senders) == WORKERS
    assert forked.monitoring.rejections == []


def test_nothing_is_counted_twice(forked: Forked) -> None:
    """The workers have counted nothing in common before they were forked."""
    assert forked.monitoring.total(EXECUTIONS.type) == forked.calls


def test_the_master_is_connected_to_nothing(forked: Forked) -> None:
    """A connection from before the fork would be the workers' in common."""
    assert forked.connections == set()


def connected(pid: int) -> set[str]:
    """Return the TCP connections of a process, by their inodes, as proc(5) tells of them."""
    process = Path("/proc", str(pid))
    tables = [(process / "net" / name).read_text().splitlines()[1:] for name in ("tcp", "tcp6")]
    entries = [line.split() for table in tables for line in table]
    established = {entry[INODE] for entry in entries if entry[STATE] == ESTABLISHED}
    links = [str(entry.readlink()) for entry in (process / "fd").iterdir()]
    return established & {link.removeprefix("socket:[").rstrip("]") for link in links}
