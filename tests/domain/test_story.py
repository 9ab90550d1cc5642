"""What is kept of a story."""

from datetime import UTC, datetime

import pytest

from conteur.domain.story import StoryFailure
from conteur.errors import ConteurError, DeadlineError, OutputBlockedError, Phase, recall

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "error", [DeadlineError("slow", Phase.IDLE), OutputBlockedError("refused")]
)
def test_a_failure_is_kept_as_it_was(error: ConteurError) -> None:
    """The error that ended a story can be told again as it was, with the text let out until it."""
    failure = StoryFailure.of(error, "Once ", NOW)
    again = recall(failure.reason, failure.message, failure.facts)
    assert (again.message, again.details()) == (error.message, error.details())
    assert (failure.retryable, failure.released, failure.failed) == (error.retryable, "Once ", NOW)
