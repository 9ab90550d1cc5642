"""A model behind its circuit breaker."""

import json
from collections.abc import Callable

import pytest

from conteur.domain.circuit import CircuitRule, Ticket
from conteur.domain.deadline import Deadline
from conteur.domain.prompt import Prompt
from conteur.errors import OpenAIError, OpenAIFailure
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.registry import (
    CIRCUIT_CHANGES,
    CIRCUIT_STATE,
    MODEL_ATTEMPTS,
    MODEL_RETRIES,
    Counter,
    Gauge,
)
from conteur.use_cases.guarded_model import GuardedModel
from tests.fakes import FakeCancellation, FakeClock, ScriptedModel
from tests.use_cases.conftest import STORY

OUTAGE = OpenAIError("down", OpenAIFailure.OUTAGE)
PROMPT = Prompt("Be kind.", "A fox", 100, "v1")


class World:
    """A model that rests for 30 s after three failures in a row, 2 s apart."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.meter = Aggregate()
        rule = CircuitRule(failures=3, rest_seconds=30)
        self.model = GuardedModel(ScriptedModel(STORY, name="a"), rule, self.clock, self.meter)

    def admitted(self) -> Ticket:
        ticket = self.model.admit()
        assert ticket is not None
        return ticket

    def listen(self, ticket: Ticket, meanwhile: Callable[[], object] = lambda: None) -> None:
        """Hear a story to its end, doing something after each event."""
        deadline, cancellation = Deadline(2000), FakeCancellation(self.clock)
        with self.model.attempt(ticket, PROMPT, deadline, cancellation, "user") as events:
            for _ in events:
                meanwhile()

    def fail(self, *errors: BaseException) -> None:
        for error in errors:
            with pytest.raises(type(error)):
                self.listen(self.admitted(), _raising(error))
            self.clock.advance(2)

    def counted(self, metric: Counter | Gauge) -> dict[str, object]:
        series = self.meter.snapshot().series
        found = {" ".join(one.labels): one.value for one in series if one.metric is metric}
        return {labels: value for labels, value in found.items() if value}


def _raising(error: BaseException) -> Callable[[], object]:
    def break_off() -> None:
        raise error

    return break_off


@pytest.fixture
def world() -> World:
    return World()


def test_a_model_that_only_fails_rests(world: World) -> None:
    """After three outages in a row nobody gets leave to ask the model."""
    world.fail(OUTAGE, OUTAGE, OUTAGE)
    assert (world.model.admit(), world.model.rest()) == (None, 28)


def test_a_story_ends_the_row(world: World) -> None:
    """A story that was told to its end begins the count again."""
    world.fail(OUTAGE, OUTAGE)
    world.listen(world.admitted())
    world.fail(OUTAGE, OUTAGE)
    assert world.model.rest() == 0


def test_one_blip_opens_no_circuit(world: World) -> None:
    """Streams that are cut together are one failure, and each of their calls may try again."""
    for ticket in [world.admitted() for _ in range(20)]:
        with pytest.raises(OpenAIError):
            world.listen(ticket, _raising(OUTAGE))
    assert world.model.admit() is not None


def test_one_probe_when_half_open(world: World) -> None:
    """After the rest one attempt gets leave, and its first words let the others in."""
    world.fail(OUTAGE, OUTAGE, OUTAGE)
    world.clock.advance(28)
    probe = world.admitted()
    others: list[bool] = [world.model.admit() is not None]
    world.listen(probe, lambda: others.append(world.model.rest() == 0))
    assert others == [False, False, True, True]


def test_each_attempt_is_counted(world: World) -> None:
    """Attempts count by how they ended, also those that a bug or a leaving client ended."""
    world.listen(world.admitted())
    world.fail(OUTAGE, ZeroDivisionError())
    assert world.counted(MODEL_ATTEMPTS) == {
        "a NONE NONE": 1,
        "a OPENAI_ERROR outage": 1,
        "a BUG NONE": 1,
    }


def test_each_series_starts_at_zero(world: World) -> None:
    """A model's attempts and changes are there before the first one, so that it is a rise."""
    series = world.meter.snapshot().series
    zeros = [one.metric for one in series if one.metric in (MODEL_ATTEMPTS, CIRCUIT_CHANGES)]
    assert zeros.count(CIRCUIT_CHANGES) == 3
    assert zeros.count(MODEL_ATTEMPTS) == 1 + len(MODEL_RETRIES.known)


def test_the_state_is_shown(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Each change of state is logged and counted, and the state as it stands is a gauge."""
    world.fail(OUTAGE, OUTAGE, OUTAGE)
    assert world.counted(CIRCUIT_STATE) == {"a": 2}
    world.clock.advance(28)
    world.listen(world.admitted())
    assert world.counted(CIRCUIT_STATE) == {}
    assert world.counted(CIRCUIT_CHANGES) == {"a open": 1, "a half_open": 1, "a closed": 1}
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["state"] for line in lines] == ["open", "half_open", "closed"]
