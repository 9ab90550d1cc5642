"""A model behind its circuit breaker."""

import json

import pytest

from conteur.domain.circuit import CircuitRule
from conteur.errors import (
    CircuitOpenError,
    ConteurError,
    DeadlineError,
    OpenAIError,
    OpenAIFailure,
    OpenAIRateLimitError,
    Phase,
    SecretUnavailableError,
)
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.registry import CIRCUIT_CHANGES, CIRCUIT_STATE, Counter, Gauge
from conteur.use_cases.guarded_model import GuardedModel
from tests.fakes import FakeClock, ScriptedModel

OUTAGE = OpenAIError("down", OpenAIFailure.OUTAGE)


class World:
    """A model that rests for 30 s after three failures in a row."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.meter = Aggregate()
        rule = CircuitRule(failures=3, rest_seconds=30)
        self.model = GuardedModel(ScriptedModel(name="a"), rule, self.clock, self.meter)

    def fail(self, *errors: BaseException) -> None:
        for error in errors:
            with pytest.raises(type(error)), self.model.attempt():
                raise error

    def succeed(self) -> None:
        with self.model.attempt():
            pass

    def counted(self, metric: Counter | Gauge) -> dict[str, object]:
        series = self.meter.snapshot().series
        return {one.labels[-1]: one.value for one in series if one.metric is metric}


@pytest.fixture
def world() -> World:
    return World()


def test_failures_in_a_row_open_the_circuit(world: World) -> None:
    """After three outages in a row the model is not asked for 30 s."""
    world.fail(OUTAGE, DeadlineError("slow", Phase.FIRST_TOKEN), OUTAGE)
    with pytest.raises(CircuitOpenError) as error:
        world.succeed()
    assert error.value.retry_after_seconds == world.model.rest() == 30


@pytest.mark.parametrize(
    "between", [None, OpenAIRateLimitError("limit"), OpenAIError("x", OpenAIFailure.KEY)]
)
def test_an_answer_ends_the_row(world: World, between: ConteurError | None) -> None:
    """A model that answers, be it with a refusal, is up: the count begins again."""
    world.fail(OUTAGE, OUTAGE)
    world.fail(between) if between else world.succeed()
    world.fail(OUTAGE, OUTAGE)
    assert world.model.rest() == 0


@pytest.mark.parametrize("error", [SecretUnavailableError("x"), GeneratorExit(), ValueError()])
def test_what_says_nothing_of_the_model(world: World, error: BaseException) -> None:
    """A missing key, a client that left and a bug of ours neither open a circuit nor close one."""
    world.fail(OUTAGE, OUTAGE, error, OUTAGE)
    assert world.model.rest() == 30


def test_one_probe_when_half_open(world: World) -> None:
    """After the rest one attempt is let through, and all others wait for its end."""
    world.fail(OUTAGE, OUTAGE, OUTAGE)
    world.clock.advance(30)
    with world.model.attempt(), pytest.raises(CircuitOpenError):
        world.succeed()
    world.succeed()


def test_a_probe_that_fails_opens_it_again(world: World) -> None:
    """A probe's failure begins the rest anew."""
    world.fail(OUTAGE, OUTAGE, OUTAGE)
    world.clock.advance(30)
    world.fail(OUTAGE)
    assert world.model.rest() == 30


def test_a_probe_that_is_given_up_makes_room(world: World) -> None:
    """A probe whose client left says nothing: the next attempt is a probe again."""
    world.fail(OUTAGE, OUTAGE, OUTAGE)
    world.clock.advance(30)
    world.fail(GeneratorExit())
    world.succeed()
    world.succeed()


def test_a_straggler_changes_nothing(world: World) -> None:
    """An attempt from before the circuit opened, failing later, does not make the rest longer."""
    straggler = world.model.attempt()
    straggler.__enter__()
    world.fail(OUTAGE, OUTAGE, OUTAGE)
    world.clock.advance(10)
    straggler.__exit__(OpenAIError, OUTAGE, None)
    assert world.model.rest() == 20


def test_the_state_is_shown(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Each change of state is logged and counted, and the state as it stands is a gauge."""
    world.fail(OUTAGE, OUTAGE, OUTAGE)
    assert world.counted(CIRCUIT_STATE) == {"a": 2}
    world.clock.advance(30)
    world.succeed()
    assert world.counted(CIRCUIT_STATE) == {"a": 0}
    assert world.counted(CIRCUIT_CHANGES) == {"open": 1, "half_open": 1, "closed": 1}
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["state"] for line in lines] == ["open", "half_open", "closed"]
