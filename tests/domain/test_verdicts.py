"""What the end of an attempt says."""

import pytest

from conteur.domain.circuit import Health
from conteur.domain.verdicts import health_after, is_outage, may_pass
from conteur.errors import (
    BugError,
    Cause,
    ClientGoneError,
    ConteurError,
    DeadlineError,
    ModerationUnavailableError,
    OpenAIError,
    OpenAIFailure,
    OpenAIRateLimitError,
    OutputBlockedError,
    Phase,
    PromptBlockedError,
    SecretUnavailableError,
)

NO_STORY = OpenAIError("x", OpenAIFailure.OUTAGE, answered=True)
OWN = DeadlineError("slow", Phase.FIRST_TOKEN, own_limit=True)
CUT = DeadlineError("slow", Phase.FIRST_TOKEN)
BUSY = OWN.because_of(Cause.OVERLOAD)


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (OpenAIError("x", OpenAIFailure.OUTAGE), True),
        (NO_STORY, True),
        (OpenAIRateLimitError("x"), True),
        (OWN, True),
        (CUT, False),
        (BUSY, False),
        (OpenAIError("x", OpenAIFailure.QUOTA), False),
        (SecretUnavailableError("x"), False),
        (OutputBlockedError("x"), False),
        (PromptBlockedError("x"), False),
        (ModerationUnavailableError("x"), False),
        (BugError("x"), False),
    ],
)
def test_what_may_pass(error: ConteurError, *, passes: bool) -> None:
    """Outages, useless answers and rate limits may pass within a call; nothing else does."""
    assert may_pass(error) is passes


def test_a_rate_limit_is_no_outage() -> None:
    """A server that says how much it takes is well."""
    assert not is_outage(OpenAIRateLimitError("x"))


@pytest.mark.parametrize(
    ("error", "health"),
    [
        (None, Health.UP),
        (OpenAIRateLimitError("x"), Health.UP),
        (OutputBlockedError("x"), Health.UP),
        (PromptBlockedError("x"), Health.UP),
        (NO_STORY, Health.UP),
        (OpenAIError("x", OpenAIFailure.KEY), Health.UP),
        (OpenAIError("x", OpenAIFailure.OUTAGE), Health.DOWN),
        (OWN, Health.DOWN),
        (CUT, Health.UNKNOWN),
        (BUSY, Health.UNKNOWN),
        (DeadlineError("x", Phase.SECRET), Health.UNKNOWN),
        (SecretUnavailableError("x"), Health.UNKNOWN),
        (ModerationUnavailableError("x"), Health.UNKNOWN),
        (ClientGoneError.given_up(), Health.UNKNOWN),
        (ValueError(), Health.UNKNOWN),
        (GeneratorExit(), Health.UNKNOWN),
    ],
)
def test_what_an_end_says_of_the_model(error: BaseException | None, health: Health) -> None:
    """Any answer shows it up, an outage down; what is ours or the client's says nothing."""
    assert health_after(error) is health
