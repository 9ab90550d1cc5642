"""Made-up series of the registry's metrics, as Prometheus has them, with all of their labels."""

from collections.abc import Iterator, Mapping

from conteur.telemetry.registry import Counter, Distribution, Gauge, Metric
from scripts.ops.monitoring.promql import name_of

RESOURCE = {
    "monitored_resource": "generic_task",
    "project_id": "conteur-test",
    "location": "europe-west1",
    "namespace": "test",
    "job": "generate-story",
    "task_id": "instance-1",
    "revision": "generate-story-00001",
}
RISING = "0+1x60"  # a value a minute, for an hour
STEADY = "1x60"


def series_of(metric: Metric) -> Iterator[tuple[str, str]]:
    """Return the metric's series and their values, in promtool's notation, a point a minute.

    Labels that are known beforehand have their values, the others a made-up one.
    """
    values = STEADY if isinstance(metric, Gauge) else RISING
    for known in metric.known or (("made-up",) * len(metric.labels),):
        own = dict(zip(metric.labels, known, strict=True))
        for suffix, more in _parts(metric):
            yield _written(name_of(metric) + suffix, {**RESOURCE, **own, **more}), values


def _parts(metric: Metric) -> Iterator[tuple[str, Mapping[str, str]]]:
    match metric:
        case Distribution(bounds=bounds):
            yield from (("_bucket", {"le": le}) for le in (*map(str, bounds), "+Inf"))
            yield from (("_sum", {}), ("_count", {}))
        case Counter() | Gauge():
            yield "", {}


def _written(name: str, labels: Mapping[str, str]) -> str:
    pairs = ", ".join(f'{label}="{value}"' for label, value in labels.items())
    return f"{name}{{{pairs}}}"
