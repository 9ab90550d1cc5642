"""docs/procedures/memory.md, followed for an instance whose memory is really filled."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conteur.entrypoints.options import MEMORY_MB
from conteur.telemetry.guard_metrics import CACHES_DROPPED
from scripts.local.serving import FUNCTIONS
from scripts.ops.monitoring.reading.source import URL_VARIABLE
from tests.clients.backends import gunicorn
from tests.clients.client import Client
from tests.issuer import Issuer
from tests.procedures.following import SERVICE, found
from tests.procedures.measuring import prometheus_over
from tests.procedures.runbook import Runbook
from tests.procedures.stack import Desk, desk
from tests.serving.memory_groups import measured_group
from tests.serving.test_memory import (
    CACHED,
    DOOR,
    MEBIBYTE,
    PATIENCE_SECONDS,
    Instance,
    error_of,
    told,
)

pytestmark = pytest.mark.server

PAGE = Runbook.named("memory")
FULL, FREE = 0.87, 0.5
MEASURED_SECONDS = 120.0  # at most; each look is a command that loads its libraries
OVER = "scripts/metrics -P production stories.memory"


@pytest.fixture
def instance(
    tmp_path: Path,
    issuer: Issuer,
    firestore_host: str,
    faults_client: Client,
) -> Iterator[Instance]:
    """Give each test an instance of its own.

    One that has just dropped its caches leaves them for a while, and what a worker that has ended
    sent last counts for minutes.
    """
    with deployed(tmp_path / "own", issuer, firestore_host, faults_client, MEMORY_MB) as made:
        yield made


@contextmanager
def deployed(
    folder: Path, issuer: Issuer, firestore_host: str, client: Client, megabytes: int
) -> Iterator[Instance]:
    """Serve an instance with so much memory."""
    folder.mkdir()
    with measured_group(folder, megabytes * MEBIBYTE) as group:
        settings = {
            "PYTHONPATH": str(FUNCTIONS),  # the door imports the product's `main`
            "MEMORY_FILES": str(group.files),
            "MEMORY_MEMBERS": str(group.members),
        }
        with gunicorn(folder, issuer, firestore_host, DOOR, **settings) as backend:
            made = Instance(client, backend, group)
            assert told([made.play("whole")])
            made.empty = group.ratio()
            yield made


@pytest.fixture
def prometheus(instance: Instance, tmp_path: Path) -> Iterator[str]:
    monitoring = instance.backend.process.command.env["MONITORING_ENDPOINT"]
    with prometheus_over(monitoring, tmp_path) as url:
        yield url


@pytest.fixture
def at_desk(instance: Instance, prometheus: str, firestore_host: str) -> Iterator[Desk]:
    known = {URL_VARIABLE: prometheus, "FIRESTORE_EMULATOR_HOST": firestore_host}
    with desk({SERVICE: instance.backend.process}, **known) as made:
        yield made


def test_the_instance_cleans_up_by_itself(instance: Instance, at_desk: Desk) -> None:
    """From 70 % on the caches are dropped, the page's commands show it, and stories are told."""
    instance.weigh(0.75, CACHED)
    records = instance.calls_until(lambda seen: seen[CACHES_DROPPED.path] > 0)
    assert found(PAGE, at_desk.follow(PAGE)) == ["caches"]
    assert told(records)


def test_no_room_is_found_and_made(instance: Instance, at_desk: Desk) -> None:
    """Over 80 % the page shows refusals and a broken signal; freed memory ends both."""
    instance.fill(FULL)
    error_of(instance.play("whole"))
    said = at_desk.follow(PAGE)
    assert "no room" in found(PAGE, said)
    assert "killed" not in found(PAGE, said)
    _until_metrics_exit_with(1, instance, at_desk)
    instance.fill(FREE)
    assert told([instance.play("whole")])
    _until_metrics_exit_with(0, instance, at_desk)


def test_more_memory_is_room(
    instance: Instance,
    tmp_path: Path,
    issuer: Issuer,
    firestore_host: str,
    faults_client: Client,
) -> None:
    """What fills an instance leaves room in one with twice the memory, as a deploy gives it."""
    instance.fill(FULL)
    error_of(instance.play("whole"))
    folder, memory = tmp_path / "larger", 2 * MEMORY_MB
    with deployed(folder, issuer, firestore_host, faults_client, memory) as larger:
        larger.fill(FULL * instance.group.limit / larger.group.limit)
        assert told([larger.play("whole")])


def test_a_killed_worker_is_found(instance: Instance, at_desk: Desk) -> None:
    """A worker that is killed leaves a line that the page finds, and another one tells stories."""
    pid = instance.seen()["pid"]
    os.kill(pid, signal.SIGKILL)
    process = instance.backend.process
    process.wait_for(lambda: "out of memory" in process.output() or None, "told", PATIENCE_SECONDS)
    process.wait_for(lambda: instance.seen()["pid"] != pid or None, "back", PATIENCE_SECONDS)
    assert "killed" in found(PAGE, at_desk.follow(PAGE))
    assert told([instance.play("whole")])


def _until_metrics_exit_with(code: int, instance: Instance, at_desk: Desk) -> None:
    """Call on meanwhile: an instance sends its metrics beside its calls."""
    assert OVER in PAGE.codes

    def measured() -> bool | None:
        instance.play("whole")
        return at_desk.run(OVER).code == code or None

    instance.backend.process.wait_for(measured, "measured", MEASURED_SECONDS)
