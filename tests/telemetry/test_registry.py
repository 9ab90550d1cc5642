"""The registry of metrics is complete and well formed."""

import re
from itertools import pairwise

import pytest

from conteur.errors import (
    ConteurError,
    DeadlineError,
    InvalidFieldError,
    OpenAIError,
    OpenAIFailure,
    Phase,
    kinds,
)
from conteur.telemetry.registry import (
    CHECKPOINTS,
    EXECUTIONS,
    METRICS,
    STORIES_SAVED_LATE,
    STORIES_SWEPT,
    STORIES_UNSAVED,
    STORY_WORDS,
    Distribution,
    Metric,
    kind_of,
    outcome_of,
    reason_of,
)

TIMED_OUT = DeadlineError("too late", Phase.IDLE)
NO_CREDIT = OpenAIError("no credit", OpenAIFailure.QUOTA)
MALFORMED = InvalidFieldError("prompt", "is missing")

each_metric = pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.path)


def test_every_metric_is_found() -> None:
    """A constant of the registry's module is a metric of the product."""
    assert EXECUTIONS in METRICS
    assert STORY_WORDS in METRICS


def test_names_are_unique() -> None:
    """No two metrics have the same name."""
    assert len({metric.type for metric in METRICS}) == len(METRICS)


@each_metric
def test_name(metric: Metric) -> None:
    """A metric's name is a custom metric's, and suits PromQL once `/` is `_`."""
    assert re.fullmatch(r"custom\.googleapis\.com/conteur(/[a-z][a-z_]*)+", metric.type)


@each_metric
def test_labels(metric: Metric) -> None:
    """A label's name suits PromQL, and what is known beforehand has a value for each."""
    assert all(re.fullmatch(r"[a-z][a-z_]*", label) for label in metric.labels)
    assert all(len(values) == len(metric.labels) for values in metric.known)
    assert len(set(metric.known)) == len(metric.known)


@each_metric
def test_bounds(metric: Metric) -> None:
    """A distribution's bounds grow."""
    bounds = metric.bounds if isinstance(metric, Distribution) else ()
    assert all(low < high for low, high in pairwise(bounds))


def test_thresholds_are_bounds() -> None:
    """The thresholds that alerts speak of, in seconds, are bounds, so that they are exact."""
    seconds = [metric for metric in METRICS if metric.path == "execution_seconds"]
    assert all(
        {10, 15, 20, 30} <= set(metric.bounds)
        for metric in seconds
        if isinstance(metric, Distribution)
    )
    assert seconds


@pytest.mark.parametrize(
    ("metric", "results"),
    [
        (CHECKPOINTS, {"kept", "late", "lease_lost"}),
        (STORIES_SAVED_LATE, {"settled", "charged_again", "nothing", "waiting"}),
        (STORIES_SWEPT, {"ended", "changed", "failed"}),
        (STORIES_UNSAVED, {"queued", "lost"}),
    ],
)
def test_every_fate_starts_at_zero(metric: Metric, results: set[str]) -> None:
    """What can become of a story has its series before the first one, so that it is a rise."""
    assert {result for (result,) in metric.known} == results


def test_every_reason_starts_at_zero() -> None:
    """An execution can end in every error of the tree, or in none."""
    assert {reason for _, _, reason, _ in EXECUTIONS.known} == {
        "NONE",
        *(kind.reason for kind in kinds()),
    }


@pytest.mark.parametrize(
    ("error", "ending"),
    [
        (None, ("completed", "NONE", "NONE")),
        (TIMED_OUT, ("failed", "TIMEOUT", "idle")),
        (NO_CREDIT, ("failed", "OPENAI_ERROR", "quota")),
        (MALFORMED, ("refused", "INVALID_FIELD", "NONE")),
    ],
)
def test_endings(error: ConteurError | None, ending: tuple[str, ...]) -> None:
    """Only our failures count as such, told apart by kind, and each ending starts at zero."""
    assert (outcome_of(error), reason_of(error), kind_of(error)) == ending
    assert ("generate_story", *ending) in EXECUTIONS.known
