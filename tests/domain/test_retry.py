"""How often a model is asked, and after how long a wait."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conteur.domain.retry import RetryPolicy

POLICY = RetryPolicy(max_attempts=3, initial_delay=1.0, max_delay=5.0)


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 1), (2, 2), (3, 4), (4, 5), (9, 5)])
def test_longest_waits_double(attempt: int, seconds: float) -> None:
    """The longest wait doubles with each attempt, up to the policy's maximum."""
    assert POLICY.backoff(attempt, jitter=1.0) == seconds


@given(st.integers(1, 50), st.floats(0, 1))
def test_full_jitter(attempt: int, jitter: float) -> None:
    """The wait is a random share of the longest one, from nothing to all of it."""
    assert 0 <= POLICY.backoff(attempt, jitter) <= POLICY.max_delay
    assert POLICY.backoff(attempt, jitter) == jitter * POLICY.backoff(attempt, 1.0)
