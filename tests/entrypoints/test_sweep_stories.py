"""The scheduled function that ends the stories of dead attempts."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from conteur.domain.deadline import LONGEST_CALL_SECONDS, Deadline
from conteur.entrypoints.sweep_stories import SWEEP_SECONDS, SweepEntrypoint
from conteur.errors import DeadlineError, Phase
from conteur.use_cases.sweep_stories import Swept
from tests.entrypoints.jobs import World, logged, serving

SWEPT = Swept(ended=2, changed=1, failed=0, complete=True)


def _client(world: World, sweep: Callable[[Deadline], Swept]) -> FlaskClient:
    return serving(SweepEntrypoint(world.job, lambda: sweep).answer)


def test_swept(capsys: pytest.CaptureFixture[str]) -> None:
    """A sweep is answered when it is over, and its line says what it has done."""
    assert _client(World(), lambda _deadline: SWEPT).post("/").status_code == 200
    (line,) = logged(capsys)
    assert (line["ended"], line["changed"], line["complete"]) == (2, 1, True)


def test_deadline() -> None:
    """A sweep ends before the platform cuts it off, counted from its own start."""
    world, deadlines = World(), list[Deadline]()

    def sweep(deadline: Deadline) -> Swept:
        deadlines.append(deadline)
        return SWEPT

    _client(world, sweep).post("/")
    assert deadlines[0].remaining(world.clock.monotonic()) == SWEEP_SECONDS
    assert SWEEP_SECONDS < LONGEST_CALL_SECONDS


def test_failed() -> None:
    """A sweep that the store does not answer has failed in the platform's eyes too."""

    def fail(deadline: Deadline) -> Swept:
        del deadline
        raise DeadlineError("no answer", Phase.STORE)

    assert _client(World(), fail).post("/").status_code == 503
