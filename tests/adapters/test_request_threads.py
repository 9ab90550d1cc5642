"""Threads that work for a request know whose it is, so that their log lines say it."""

import ast
import queue
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from conteur.adapters.background import BackgroundThreads
from conteur.adapters.kept_secret import KeptSecret, SecretSource
from conteur.adapters.openai_api.network import resolve
from conteur.adapters.timers import Timers
from conteur.domain.charge import Charge
from conteur.domain.deadline import Deadline
from conteur.domain.secret import Secret
from conteur.domain.story import KeptStory, State
from conteur.errors import SecretUnavailableError, StoryNotFoundError
from conteur.telemetry import context
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.context import RequestContext
from conteur.use_cases.check_health import CheckHealth
from conteur.use_cases.sweep_stories import SweepStories
from tests.fakes import FakeClock

PRODUCT = Path(__file__).parents[2] / "functions" / "conteur"
PATIENCE = 10.0
REQUEST = RequestContext("req-1", "generate_story")
DEAD = KeptStory(
    uid="alice",
    story_id="story-1",
    state=State.PROCESSING,
    fingerprint="f",
    attempt=1,
    lease_until=datetime(2026, 1, 1, tzinfo=UTC),
    fence=None,
    holder="h",
    charge=Charge("2026-01-01", 0, 100),
)
STARTERS = {"Thread", "Timer", "ThreadPoolExecutor", "submit", "start_new_thread"}
# Each of these has its test below.
FOR_REQUESTS = {
    "adapters/background.py",
    "adapters/kept_secret.py",
    "adapters/openai_api/network.py",
    "adapters/timers.py",
    "use_cases/check_health.py",
    "use_cases/sweep_stories.py",
}
# What is done here is nobody's: metrics are sent for all, and a worker warms up before it is asked.
FOR_NOBODY = {"telemetry/flushing.py", "bootstrap/__init__.py"}


@pytest.fixture(autouse=True)
def serving() -> Iterator[None]:
    context.enter(REQUEST)
    yield
    context.leave()


@pytest.fixture
def seen() -> "queue.SimpleQueue[RequestContext | None]":
    return queue.SimpleQueue()


def test_every_thread_is_known() -> None:
    """Who starts a thread is either tested here, or works for nobody in particular."""
    starting = {
        str(path.relative_to(PRODUCT))
        for path in PRODUCT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and _name(node.func) in STARTERS
    }
    assert starting == FOR_REQUESTS | FOR_NOBODY


def _name(function: ast.expr) -> str:
    match function:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def test_background(seen: "queue.SimpleQueue[RequestContext | None]") -> None:
    """What is done beside a call is the call's."""
    BackgroundThreads()(lambda: seen.put(context.current()))
    assert seen.get(timeout=PATIENCE) == REQUEST


def fail() -> None:
    raise ValueError("broken action")


def test_timers(seen: "queue.SimpleQueue[RequestContext | None]") -> None:
    """What is done later is the call's that asked for it, also what is said of its failure."""
    timers = Timers(FakeClock(), lambda _error: seen.put(context.current()))
    timers.call_at(0.0, lambda: seen.put(context.current()))
    timers.call_at(0.0, fail)
    context.leave()
    timers.call_at(0.0, lambda: seen.put(context.current()))
    assert [seen.get(timeout=PATIENCE) for _ in range(3)] == [REQUEST, REQUEST, None]


def test_reading_a_secret(seen: "queue.SimpleQueue[RequestContext | None]") -> None:
    """A secret is read for the call that needs it first."""

    class Store:
        def read(self, name: str, version: str, timeout: float) -> Secret:
            seen.put(context.current())
            raise SecretUnavailableError(f"{name} {version} {timeout}")

    kept = KeptSecret(SecretSource(Store(), "KEY", "latest"), FakeClock(), Aggregate())
    with pytest.raises(SecretUnavailableError):
        kept.get(PATIENCE)
    assert seen.get(timeout=PATIENCE) == REQUEST


class Dying:
    """A store whose stories were all left by their attempts, and which cannot end one."""

    def __init__(self, seen: "queue.SimpleQueue[RequestContext | None]") -> None:
        self._seen = seen

    def expired(self, shard: int, *_: object) -> Sequence[KeptStory]:
        return [] if shard else [DEAD]

    def fail(self, *_: object) -> None:
        self._seen.put(context.current())
        raise StoryNotFoundError.of("story-1")


def test_sweeping(seen: "queue.SimpleQueue[RequestContext | None]") -> None:
    """A story is ended by the sweep's request, and is found by its own id."""
    store = cast("Any", Dying(seen))
    sweep = SweepStories(store, store, FakeClock(), Aggregate(), lambda _shards: None)
    sweep(Deadline(FakeClock().monotonic() + PATIENCE))
    assert seen.get(timeout=PATIENCE) == replace(REQUEST, correlation="story-1")
    assert context.current() == REQUEST


def test_looking_at_dependencies(seen: "queue.SimpleQueue[RequestContext | None]") -> None:
    """Each dependency is looked at for the request that asks how they do."""

    class Probe:
        name = "firestore"

        def check(self, timeout: float) -> None:
            assert timeout
            seen.put(context.current())

    CheckHealth([Probe(), Probe()], FakeClock())()
    assert [seen.get(timeout=PATIENCE) for _ in range(2)] == [REQUEST, REQUEST]


def test_looking_a_name_up(seen: "queue.SimpleQueue[RequestContext | None]") -> None:
    """A host's addresses are looked up for the call that connects."""

    def look_up(_host: str, _port: int) -> list[str]:
        seen.put(context.current())
        return [threading.current_thread().name]

    assert resolve("host", 443, PATIENCE, look_up) == ["resolve"]
    assert seen.get(timeout=PATIENCE) == REQUEST
