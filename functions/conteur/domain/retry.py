"""When a model is asked again, and after how long a wait."""

from dataclasses import dataclass

from conteur.errors import (
    ConteurError,
    DeadlineError,
    OpenAIError,
    OpenAIFailure,
    OpenAIRateLimitError,
    Phase,
)

WORTHWHILE_SECONDS = 1.0  # with less left than this, another attempt could tell nothing

_MODEL_PHASES = (Phase.CONNECT, Phase.FIRST_TOKEN, Phase.IDLE, Phase.STREAM)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a model is asked in one call, and how the waits grow: times in seconds."""

    max_attempts: int = 3
    initial_delay: float = 1.0
    max_delay: float = 5.0

    def backoff(self, attempt: int, jitter: float) -> float:
        """Return the wait after the failed `attempt` (the first is 1).

        Exponential backoff with full jitter: `jitter` is a random share from 0 to 1.
        https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
        """
        ceiling: float = self.initial_delay * 2 ** (attempt - 1)
        return jitter * min(self.max_delay, ceiling)


def is_outage(error: ConteurError) -> bool:
    """Tell whether the model's server, or the way to it, failed or was too slow."""
    if isinstance(error, DeadlineError):
        return error.phase in _MODEL_PHASES
    return isinstance(error, OpenAIError) and error.kind is OpenAIFailure.OUTAGE


def may_pass(error: ConteurError) -> bool:
    """Tell whether asking again can help.

    Not after what stays as it is: a refused prompt or story, a bad key, no credit, and not
    after what was retried already where it happened, as the reading of the key.
    """
    return is_outage(error) or isinstance(error, OpenAIRateLimitError)
