"""More calls than threads: who waits for a thread until it is too late is told why."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.clients.app import App, new_app
from tests.faults import seen
from tests.faults.conftest import MakeWorld
from tests.faults.endings import Kept
from tests.faults.errors import timeout
from tests.faults.network_rows import NO_ANSWER
from tests.faults.rows import LATEST_SECONDS, SCENARIOS, always
from tests.faults.world import PATIENCE_SECONDS, REQUEST, World

pytestmark = pytest.mark.server

THREADS = 2
TOO_LATE = timeout("admission", cause="overload")


@pytest.fixture(scope="module")
def narrow_world(make_world: MakeWorld) -> Iterator[World]:
    """Serve two calls at a time, each for as long as a call may take."""
    slow = str(LATEST_SECONDS)
    with make_world(THREADS=str(THREADS), OPENAI_FIRST_TOKEN_SECONDS=slow) as made:
        made.warm_up()
        yield made


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_threads_are_short(narrow_world: World, scenario: str) -> None:
    """A call that got its thread too late ends in time, and says that the instance was busy."""
    narrow_world.mend()
    always(NO_ANSWER)(narrow_world)
    app = _new_app(narrow_world)
    request_id = str(uuid.uuid4())
    with _all_threads_taken(narrow_world):
        record = app.play(scenario, {**REQUEST, "requestId": request_id})
    assert seen.answer(record, None)["facts"] == TOO_LATE.details
    assert seen.events(narrow_world.lines(request_id)) == (TOO_LATE.last_line, TOO_LATE.end_line)
    assert seen.document(app.stories) == Kept("FAILED", "TIMEOUT", "", retryable=True)


@contextmanager
def _all_threads_taken(world: World) -> Iterator[None]:
    calls = [_new_app(world).start("whole", REQUEST) for _ in range(THREADS)]
    world.backend.process.wait_for(
        lambda: world.way.asked >= THREADS or None, "asked by all", PATIENCE_SECONDS
    )
    yield
    for call in calls:
        assert call.record()["result"]["error"]["details"]["phase"] == "first_token"


def _new_app(world: World) -> App:
    return new_app(world.client, world.backend)
