"""When a model is asked again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conteur.domain.retry import RetryPolicy, is_outage, may_pass
from conteur.errors import (
    BugError,
    ConteurError,
    DeadlineError,
    OpenAIError,
    OpenAIFailure,
    OpenAIRateLimitError,
    Phase,
    SecretUnavailableError,
)

POLICY = RetryPolicy(max_attempts=3, initial_delay=1.0, max_delay=5.0)
MODEL_PHASES = (Phase.CONNECT, Phase.FIRST_TOKEN, Phase.IDLE, Phase.STREAM)


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 1), (2, 2), (3, 4), (4, 5), (9, 5)])
def test_longest_waits_double(attempt: int, seconds: float) -> None:
    """The longest wait doubles with each attempt, up to the policy's maximum."""
    assert POLICY.backoff(attempt, jitter=1.0) == seconds


@given(st.integers(1, 50), st.floats(0, 1))
def test_full_jitter(attempt: int, jitter: float) -> None:
    """The wait is a random share of the longest one, from nothing to all of it."""
    assert 0 <= POLICY.backoff(attempt, jitter) <= POLICY.max_delay
    assert POLICY.backoff(attempt, jitter) == jitter * POLICY.backoff(attempt, 1.0)


@pytest.mark.parametrize("phase", Phase)
def test_only_the_models_phases_are_outages(phase: Phase) -> None:
    """Time that was lost on the key or the store says nothing about the model."""
    assert is_outage(DeadlineError("slow", phase)) == (phase in MODEL_PHASES)


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (OpenAIError("x", OpenAIFailure.OUTAGE), True),
        (OpenAIRateLimitError("x"), True),
        (OpenAIError("x", OpenAIFailure.QUOTA), False),
        (SecretUnavailableError("x"), False),
        (BugError("x"), False),
    ],
)
def test_what_may_pass(error: ConteurError, *, passes: bool) -> None:
    """Outages and rate limits may pass within a call; nothing else does."""
    assert may_pass(error) is passes
