"""The scheduled function that sends the store's mail."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from conteur.domain.deadline import LONGEST_CALL_SECONDS, Deadline
from conteur.entrypoints.tend_store import TEND_SECONDS, TendEntrypoint
from conteur.errors import DatabaseUnavailableError
from conteur.use_cases.store.deliver_mail import Delivered
from tests.entrypoints.jobs import World, logged, serving

DELIVERED = Delivered(sent=3, failed=1, given_up=0, forgotten=7)


def _client(world: World, tend: Callable[[Deadline], Delivered]) -> FlaskClient:
    return serving(TendEntrypoint(world.job, lambda: tend).answer)


def test_tended(capsys: pytest.CaptureFixture[str]) -> None:
    """A run is answered when it is over, and its line says what it has done."""
    assert _client(World(), lambda _deadline: DELIVERED).post("/").status_code == 200
    (line,) = logged(capsys)
    assert (line["sent"], line["failed"], line["forgotten"]) == (3, 1, 7)


def test_deadline() -> None:
    """A run ends before the platform cuts it off, counted from its own start."""
    world, deadlines = World(), list[Deadline]()

    def tend(deadline: Deadline) -> Delivered:
        deadlines.append(deadline)
        return DELIVERED

    _client(world, tend).post("/")
    assert deadlines[0].remaining(world.clock.monotonic()) == TEND_SECONDS
    assert TEND_SECONDS < LONGEST_CALL_SECONDS


def test_failed() -> None:
    """A run that the database does not answer has failed in the platform's eyes too."""

    def fail(deadline: Deadline) -> Delivered:
        del deadline
        raise DatabaseUnavailableError("no answer")

    assert _client(World(), fail).post("/").status_code == 503


def test_where_there_is_no_store(capsys: pytest.CaptureFixture[str]) -> None:
    """Where nothing is set up for stores a run does nothing, and that is no failure."""
    client = serving(TendEntrypoint(World().job, None).answer)
    assert client.post("/").status_code == 200
    (line,) = logged(capsys)
    assert (line["severity"], line["result"]) == ("INFO", "done")
