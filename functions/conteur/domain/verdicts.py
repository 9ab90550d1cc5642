"""What the end of an attempt says: of the model's health, and of another attempt's chances."""

from conteur.domain.circuit import Health
from conteur.errors import (
    Cause,
    ConteurError,
    DeadlineError,
    OpenAIError,
    OpenAIFailure,
    OpenAIRateLimitError,
    OutputBlockedError,
    PromptBlockedError,
)

_ANSWERS = (OpenAIRateLimitError, OutputBlockedError, PromptBlockedError)


def is_outage(error: ConteurError) -> bool:
    """Tell whether the model's server, or the way to it, failed or was too slow.

    A wait that the call's deadline cut was too short to tell, and one on an overloaded instance
    says nothing of the model.
    """
    if isinstance(error, DeadlineError):
        return error.own_limit and error.cause is not Cause.OVERLOAD
    return isinstance(error, OpenAIError) and error.kind is OpenAIFailure.OUTAGE


def may_pass(error: ConteurError) -> bool:
    """Tell whether asking again can help.

    Not after what stays as it is: a refused prompt or story, a bad key, no credit; and not
    after what was tried again already where it happened, as the reading of the key.
    """
    return is_outage(error) or isinstance(error, OpenAIRateLimitError)


def health_after(error: BaseException | None) -> Health:
    """Return what an attempt that ended with `error` says of the model.

    An answer of any kind, a refusal or a useless one too, shows that it is up.
    """
    if error is None or isinstance(error, _ANSWERS):
        return Health.UP
    if isinstance(error, OpenAIError):
        return Health.DOWN if is_outage(error) and not error.answered else Health.UP
    outage = isinstance(error, ConteurError) and is_outage(error)
    return Health.DOWN if outage else Health.UNKNOWN
