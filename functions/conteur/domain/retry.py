"""How often a model is asked in one call, and after how long a wait."""

from dataclasses import dataclass

WORTHWHILE_SECONDS = 1.0  # with less left than this, an attempt could tell nothing


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The most attempts in one call, and how the waits between them grow: times in seconds."""

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
