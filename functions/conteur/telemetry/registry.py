"""Every metric, as data: what is counted here is all that is sent, drawn and alerted on.

A new metric is one more constant below; `METRICS` finds it. A label never has a value that
grows with the number of requests, users or stories.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from conteur.errors import ConteurError

PREFIX = "custom.googleapis.com/conteur/"
NO_REASON = "NONE"


class Kind(StrEnum):
    """Cloud Monitoring's metric kinds, by the names of google.api.MetricDescriptor."""

    CUMULATIVE = "CUMULATIVE"


class ValueType(StrEnum):
    """Cloud Monitoring's value types, by the names of google.api.MetricDescriptor."""

    INT64 = "INT64"
    DISTRIBUTION = "DISTRIBUTION"


class Outcome(StrEnum):
    """How an execution ended, as the success rate sees it."""

    COMPLETED = "completed"
    REFUSED = "refused"  # the caller's doing, or a limit: no failure of ours
    FAILED = "failed"


class Function(StrEnum):
    """The deployed functions that count their executions."""

    GENERATE_STORY = "generate_story"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Metric:
    """One metric. `path` follows PREFIX; `unit` is UCUM, as google.api.MetricDescriptor says.

    `known` lists the label values, in the order of `labels`, that are told apart beforehand:
    their series start at zero, so that the first event is seen as a rise.
    """

    kind: ClassVar[Kind]
    value_type: ClassVar[ValueType]

    path: str
    unit: str
    description: str
    labels: tuple[str, ...] = ()
    known: tuple[tuple[str, ...], ...] = ()

    @property
    def type(self) -> str:
        """Return the metric's name in Cloud Monitoring."""
        return PREFIX + self.path


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Counter(Metric):
    """Events, counted from the instance's start."""

    kind = Kind.CUMULATIVE
    value_type = ValueType.INT64


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Distribution(Metric):
    """Values, counted in buckets; each bound is the lowest value of the bucket above it."""

    kind = Kind.CUMULATIVE
    value_type = ValueType.DISTRIBUTION

    bounds: tuple[float, ...]


def outcome_of(error: ConteurError | None) -> Outcome:
    """Return how an execution that ended with `error` counts."""
    if error is None:
        return Outcome.COMPLETED
    return Outcome.FAILED if error.ours else Outcome.REFUSED


def reason_of(error: ConteurError | None) -> str:
    """Return the error's reason as the metrics name it."""
    return NO_REASON if error is None else error.reason


def _endings(errors: type[ConteurError]) -> Iterator[tuple[str, str]]:
    """Yield outcome and reason of every error below `errors` in the tree."""
    for error in errors.__subclasses__():
        yield from _endings(error)
        if "reason" in vars(error):
            yield (Outcome.FAILED if error.ours else Outcome.REFUSED, error.reason)


_SECONDS = (1.0, 2.0, 5.0, 8.0, 10.0, 12.0, 15.0, 20.0, 25.0, 30.0, 45.0, 60.0, 90.0)

EXECUTIONS = Counter(
    path="executions",
    unit="1",
    description="Executions of a function by how they ended; `reason` is the error's, or NONE.",
    labels=("function", "outcome", "reason"),
    known=tuple(
        (function, *ending)
        for function in Function
        for ending in ((Outcome.COMPLETED, NO_REASON), *_endings(ConteurError))
    ),
)

EXECUTION_SECONDS = Distribution(
    path="execution_seconds",
    unit="s",
    description="Time from a request's arrival to its terminal answer.",
    labels=("function", "outcome"),
    known=tuple((function, outcome) for function in Function for outcome in Outcome),
    bounds=_SECONDS,
)

STORY_WORDS = Distribution(
    path="story/words",
    unit="1",
    description="Words of a completed story, by its language's primary tag.",
    labels=("language",),
    bounds=(50, 100, 150, 200, 300, 400, 500, 600, 800, 1000, 1200, 1500, 2000),
)

FIRST_TOKEN_SECONDS = Distribution(
    path="story/first_token_seconds",
    unit="s",
    description="Time from a request's arrival to the model's first token.",
    known=((),),
    bounds=(0.1, 0.25, 0.5, 1, 1.5, 2, 3, 5, 8, 10, 15, 20, 30),
)

GENERATION_SECONDS = Distribution(
    path="story/generation_seconds",
    unit="s",
    description="Time from a request's arrival to the end of the model's answer.",
    known=((),),
    bounds=_SECONDS,
)

METRICS = tuple(metric for metric in list(vars().values()) if isinstance(metric, Metric))
