"""How many time series an instance of generate_story sends."""

from functools import cache

from conteur.domain.circuit import CircuitState
from conteur.telemetry.guard_metrics import CPU_PERCENT, MEMORY_PERCENT
from conteur.telemetry.registry import (
    CIRCUIT_CHANGES,
    CIRCUIT_STATE,
    METRICS,
    MODEL_ATTEMPTS,
    MODEL_RETRIES,
    STORY_COST_MICROS,
    STORY_TOKENS,
    STORY_WORDS,
    Distribution,
    Function,
)

# Of one model, one language and one machine: these have no values that are known beforehand.
_GROWN = {
    CIRCUIT_STATE: 1,
    CIRCUIT_CHANGES: len(CircuitState),
    MODEL_ATTEMPTS: 1 + len(MODEL_RETRIES.known),
    STORY_COST_MICROS: 1,
    STORY_TOKENS: 2,
    STORY_WORDS: 1,
    CPU_PERCENT: 1,
    MEMORY_PERCENT: 1,
}


@cache
def numbers() -> int:
    """Return the series whose points are numbers."""
    return _count(distribution=False)


@cache
def distributions() -> int:
    """Return the series whose points are distributions."""
    return _count(distribution=True)


def _count(*, distribution: bool) -> int:
    return sum(
        len(metric.known_in(Function.GENERATE_STORY)) + _GROWN.get(metric, 0)
        for metric in METRICS
        if isinstance(metric, Distribution) is distribution
    )
