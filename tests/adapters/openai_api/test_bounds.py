"""How long and how much one attempt may take."""

import pytest

from conteur.adapters.openai_api.bounds import AttemptBounds, ModelLimits
from conteur.domain.deadline import Deadline
from conteur.errors import ClientGoneError, DeadlineError, OpenAIError, OpenAIFailure, Phase
from tests.fakes import FakeClock

LIMITS = ModelLimits(connect=5, first_token=15, idle=10, ending=1, answer_bytes=1000)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def bounds_until(clock: FakeClock, seconds: float) -> AttemptBounds:
    return AttemptBounds(LIMITS, Deadline(clock.monotonic() + seconds), clock)


def timeout_of(bounds: AttemptBounds) -> tuple[str, str | None]:
    with pytest.raises(DeadlineError) as caught:
        bounds.left()
    return caught.value.facts["phase"], caught.value.facts.get("cause")


def test_connecting_has_its_own_limit(clock: FakeClock) -> None:
    """A connection that is not there in time is the network's fault."""
    bounds = bounds_until(clock, 28)
    assert bounds.left() == 5
    clock.advance(5)
    assert timeout_of(bounds) == (Phase.CONNECT, "network")


def test_the_first_token_is_waited_for_from_the_connection_on(clock: FakeClock) -> None:
    """The wait for the first text starts when there is a connection, and starts once."""
    bounds = bounds_until(clock, 28)
    clock.advance(4)
    bounds.connected()
    clock.advance(3)
    bounds.connected()
    assert bounds.left() == 12


@pytest.mark.parametrize(
    ("delivered", "cause"), [(True, "slow_model"), (False, "network"), (None, None)]
)
def test_a_silence_has_a_cause(
    clock: FakeClock, *, delivered: bool | None, cause: str | None
) -> None:
    """A server that has the request is slow; one that it never reached is cut off."""
    bounds = bounds_until(clock, 28)
    bounds.connected()
    clock.advance(15)
    bounds.fell_silent(delivered=delivered)
    assert timeout_of(bounds) == (Phase.FIRST_TOKEN, cause)


def test_a_server_that_sends_no_text_is_slow(clock: FakeClock) -> None:
    """Bytes without text mean that the line works and the model is slow."""
    bounds = bounds_until(clock, 28)
    bounds.connected()
    bounds.received(10)
    clock.advance(15)
    assert timeout_of(bounds) == (Phase.FIRST_TOKEN, "slow_model")


def test_each_piece_of_text_starts_the_wait_for_the_next(clock: FakeClock) -> None:
    """The limit between two pieces starts anew with each."""
    bounds = bounds_until(clock, 100)
    for _ in range(3):
        bounds.told()
        clock.advance(9)
        assert bounds.left() == 1
    clock.advance(1)
    assert timeout_of(bounds) == (Phase.IDLE, None)


def test_the_deadline_cuts_every_wait(clock: FakeClock) -> None:
    """No wait is longer than what the deadline leaves."""
    bounds = bounds_until(clock, 3)
    assert bounds.left() == 3
    bounds.connected()
    assert bounds.left() == 3


def test_a_story_that_outlives_the_deadline_is_told_too_slowly(clock: FakeClock) -> None:
    """Text that still flows at the deadline comes from a slow model, in phase stream."""
    bounds = bounds_until(clock, 3)
    bounds.told()
    clock.advance(3)
    assert timeout_of(bounds) == (Phase.STREAM, "slow_model")


def test_the_caller_s_own_timeout_is_kept(clock: FakeClock) -> None:
    """A shorter time-out that the caller brings is the one that holds."""
    bounds = bounds_until(clock, 28)
    assert bounds.left(0.5) == 0.5
    assert bounds.left(60) == 5


def test_an_ended_story_waits_only_shortly_for_the_connection(clock: FakeClock) -> None:
    """After the terminal event the rest of the body gets its own short limit."""
    bounds = bounds_until(clock, 28)
    bounds.told()
    bounds.ended()
    assert bounds.left() == 1


def test_an_answer_without_end_is_an_outage(clock: FakeClock) -> None:
    """More bytes than the largest answer are refused."""
    bounds = bounds_until(clock, 28)
    bounds.received(1000)
    with pytest.raises(OpenAIError) as caught:
        bounds.received(1)
    assert caught.value.facts["kind"] == OpenAIFailure.OUTAGE


def test_another_request_begins_from_nothing(clock: FakeClock) -> None:
    """A request that is sent again has all its limits again, but the same deadline."""
    bounds = bounds_until(clock, 28)
    bounds.received(1000)
    bounds.told()
    clock.advance(25)
    bounds.begin()
    bounds.received(1)
    assert bounds.left() == 3


def test_no_request_begins_after_the_deadline(clock: FakeClock) -> None:
    """Time that was up before there was anything to wait for is nobody's fault as yet."""
    bounds = bounds_until(clock, 3)
    clock.advance(3)
    with pytest.raises(DeadlineError) as caught:
        bounds.begin()
    assert caught.value.facts == {"phase": Phase.CONNECT}


def test_a_cancelled_attempt_waits_for_nothing_and_believes_nothing(clock: FakeClock) -> None:
    """Once cancelled, no wait begins, and what a cut connection seemed to say does not count."""
    bounds = bounds_until(clock, 28)
    bounds.scope.cancel()
    with pytest.raises(ClientGoneError):
        bounds.left()
    with pytest.raises(ClientGoneError):
        bounds.received(0)
