"""A served instance whose memory is really filled up, and freed again."""

import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from conteur.entrypoints.options import MEMORY_MB
from conteur.telemetry.guard_metrics import CACHES_DROPPED, MEMORY_PERCENT, MEMORY_SHED
from conteur.use_cases.memory_guard import RETRY_AFTER_SECONDS
from scripts.local.loopback import open_local
from scripts.local.serving import FUNCTIONS
from tests.clients.app import App, new_app
from tests.clients.backends import Gunicorn, gunicorn
from tests.clients.client import Client, Record
from tests.issuer import Issuer
from tests.serving.memory_groups import (
    MemoryGroup,
    can_make_kernel_groups,
    kernel_group,
    measured_group,
)

pytestmark = pytest.mark.server

DOOR = Path(__file__).with_name("memory_door.py")
MEBIBYTE = 2**20
PATIENCE_SECONDS = 30.0
PROMPT = "A fox who remembers"
STORY = "It slept."
SCENARIOS = ("whole", "stream")
CACHED = 60  # MiB of what may be dropped
CACHED_PERCENT = 100 * CACHED / MEMORY_MB
CLOSE = 0.04  # what an instance uses besides moves a little while it tells stories

MEASURED, KERNEL = "measured", "kernel"
GROUPS = {MEASURED: measured_group, KERNEL: kernel_group}


def groups() -> list[str]:
    """Return who may limit memory on this machine; in any case it is really filled."""
    with tempfile.TemporaryDirectory() as folder:
        return [MEASURED, KERNEL] if can_make_kernel_groups(Path(folder)) else [MEASURED]


@dataclass
class Instance:
    """An instance of Cloud Run's size; `empty` is the share that it uses by itself."""

    client: Client
    backend: Gunicorn
    group: MemoryGroup
    empty: float = 0.0

    def seen(self, **weights: int) -> dict[str, int]:
        """Return what the worker has counted, and its process; it takes on `weights` before."""
        body = json.dumps(weights).encode() if weights else None
        with open_local(f"{self.backend.url}/back-door", PATIENCE_SECONDS, body) as reply:
            seen: dict[str, int] = json.load(reply)
        return seen

    def weigh(self, ratio: float, cached: int = 0) -> None:
        """Use so much of the memory, `cached` MiB of it in a cache."""
        more = round((ratio - self.empty) * self.group.limit / MEBIBYTE)
        self.seen(held=max(0, more - cached), cached=cached)
        low = ratio - CLOSE
        self.backend.process.wait_for(
            lambda: self.group.ratio() >= low or None, "full", PATIENCE_SECONDS
        )

    def fill(self, ratio: float) -> None:
        """Use so much of the memory, and call until the instance knows of it."""
        self.weigh(ratio)
        self.calls_until(lambda seen: abs(seen[MEMORY_PERCENT.path] / 100 - ratio) <= CLOSE)

    def calls_until(self, done: Callable[[dict[str, int]], bool]) -> list[Record]:
        """Call for stories until what the worker has counted is as it should be."""
        records = []

        def call() -> bool | None:
            records.append(self.play("whole"))
            return done(self.seen()) or None

        self.backend.process.wait_for(call, "aware of its memory", PATIENCE_SECONDS)
        return records

    def play(self, scenario: str) -> Record:
        return self.app().play(scenario, {"prompt": PROMPT})

    def app(self) -> App:
        self.backend.model.tells(PROMPT, STORY)
        return new_app(self.client, self.backend)


@pytest.fixture(scope="module", params=groups())
def instance(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    issuer: Issuer,
    firestore_host: str,
    client: Client,
) -> Iterator[Instance]:
    folder = tmp_path_factory.mktemp("memory")
    with GROUPS[request.param](folder, MEMORY_MB * MEBIBYTE) as group:
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


@dataclass(frozen=True)
class Dropped:
    """The calls until the caches were dropped, and what was counted and logged then."""

    records: list[Record]
    seen: dict[str, int]
    log: dict[str, Any]


@pytest.fixture(scope="module")
def dropped(instance: Instance) -> Dropped:
    """Fill the memory to 75 %, and have a good part of that in a cache."""
    instance.weigh(0.75, CACHED)
    records = instance.calls_until(lambda seen: seen[CACHES_DROPPED.path] > 0)
    low = 75 - CACHED_PERCENT + 100 * CLOSE
    records += instance.calls_until(lambda seen: seen[MEMORY_PERCENT.path] <= low)
    [log] = [line for line in instance.backend.log() if line["event"] == "memory.caches_dropped"]
    return Dropped(records, instance.seen(), log)


def told(records: list[Record]) -> bool:
    """Return whether there are calls, and each brought its story."""
    results = [record["result"] for record in records]
    return bool(results) and all(
        result["status"] == "fulfilled" and result["value"]["story"]["text"] == STORY
        for result in results
    )


def error_of(record: Record) -> dict[str, Any]:
    error: dict[str, Any] = record["result"]["error"]
    assert error["code"] == "functions/resource-exhausted"
    return error


def test_caches_are_dropped(dropped: Dropped) -> None:
    """Over 70 % the caches are dropped once, which gives memory back, and is counted and logged."""
    assert dropped.seen[CACHES_DROPPED.path] == 1
    assert dropped.seen[MEMORY_PERCENT.path] < 70 <= dropped.log["before"]
    assert dropped.log["after"] <= dropped.log["before"]
    assert dropped.log["severity"] == "WARNING"


def test_stories_go_on_meanwhile(instance: Instance, dropped: Dropped) -> None:
    """Over 70 % stories are told as before."""
    assert told(dropped.records)
    instance.fill(0.75)
    assert told([instance.play(scenario) for scenario in SCENARIOS])


@pytest.mark.usefixtures("dropped")
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_new_work_is_refused(instance: Instance, scenario: str) -> None:
    """Over 80 % a call is told when to come back, and counted; the model is not asked."""
    instance.fill(0.87)
    shed, asked = instance.seen()[MEMORY_SHED.path], len(instance.backend.model.asked)
    details = error_of(instance.play(scenario))["details"]
    assert details["reason"] == "MEMORY_ERROR"
    assert (details["retryable"], details["retryAfterSec"]) == (True, RETRY_AFTER_SECONDS)
    assert instance.seen()[MEMORY_SHED.path] == shed + 1
    assert len(instance.backend.model.asked) == asked


@pytest.mark.usefixtures("dropped")
def test_a_whole_answer_has_the_header(instance: Instance) -> None:
    """Who knows HTTP only is told by its status and its header."""
    instance.fill(0.87)
    app = instance.app()
    body = json.dumps({"data": {"prompt": PROMPT}})
    answer = app.play(
        "fetched",
        token=app.connection["token"],
        method="POST",
        headers={"Content-Type": "application/json"},
        body=body,
    )["response"]["value"]
    assert (answer["status"], answer["headers"]["retry-after"]) == (429, "5")


@pytest.mark.usefixtures("dropped")
def test_memory_that_is_free_again(instance: Instance) -> None:
    """Once there is memory again stories are told, by the very process that had none."""
    before = instance.seen()["pid"]
    instance.fill(0.87)
    instance.fill(instance.empty)
    assert told([instance.play(scenario) for scenario in SCENARIOS])
    assert instance.seen()["pid"] == before
