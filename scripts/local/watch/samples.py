"""Cloud Monitoring's series as PromQL sees them: names, labels, and a distribution's buckets.

Source: https://cloud.google.com/monitoring/promql/promql-mapping
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

from conteur.telemetry.registry import METRICS, Kind, Metric
from scripts.local.watch.standin_series import Message
from scripts.ops.monitoring.promql import name_of

_METRICS: Mapping[str, Metric] = {metric.type: metric for metric in METRICS}


@dataclass(frozen=True, slots=True)
class Sample:
    """The newest value of one of Prometheus' series. `rises`: it counts from an instance's start.

    `name` has the suffix of a distribution's series: _bucket, _sum or _count.
    """

    metric: Metric
    name: str
    labels: Mapping[str, str]
    value: float

    @property
    def rises(self) -> bool:
        """Whether it counts from its instance's start, when it was 0."""
        return self.metric.kind is Kind.CUMULATIVE


def samples_of(series: Message) -> Iterator[Sample]:
    """Yield what becomes of a protobuf TimeSeries; nothing where no registry has its metric."""
    metric = _METRICS.get(series.metric.type)
    if metric is None:
        return
    name, labels, value = name_of(metric), _labels(series), series.points[0].value
    if value.WhichOneof("value") != "distribution_value":
        yield Sample(metric, name, labels, value.int64_value)
        return
    distribution = value.distribution_value
    for bound, count in _buckets(distribution):
        yield Sample(metric, f"{name}_bucket", {**labels, "le": bound}, count)
    yield Sample(metric, f"{name}_sum", labels, distribution.mean * distribution.count)
    yield Sample(metric, f"{name}_count", labels, distribution.count)


def _labels(series: Message) -> dict[str, str]:
    return {
        "monitored_resource": series.resource.type,
        **series.resource.labels,
        **series.metric.labels,
    }


def _buckets(distribution: Message) -> Iterator[tuple[str, int]]:
    """Yield each bucket's upper bound and how many values are below it."""
    bounds = [f"{bound:.12g}" for bound in distribution.bucket_options.explicit_buckets.bounds]
    counts = [*distribution.bucket_counts, *(0 for _ in bounds), 0]  # those left out are 0
    return zip([*bounds, "+Inf"], accumulate(counts), strict=False)
