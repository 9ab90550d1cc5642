"""What a Prometheus answers to a query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scripts.ops.monitoring.reading.prometheus_errors import QueryError


@dataclass(frozen=True, slots=True)
class Sample:
    """One series' value."""

    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The series that a query has; with `warnings` some may be missing."""

    samples: Sequence[Sample]
    warnings: Sequence[str] = ()


Answers = Mapping[str, Answer | QueryError]
"""By their queries."""
