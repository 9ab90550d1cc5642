"""Series as the stand-in answers them, written by hand."""

from typing import Any

from google.cloud.monitoring_v3 import TimeSeries

PROJECT = {"project_id": "demo-conteur", "location": "europe-west1", "namespace": "local"}
RESOURCE = {**PROJECT, "job": "generate-story", "task_id": "1"}
IN_TEXT = (
    'job="generate-story",{}location="europe-west1",monitored_resource="generic_task",'
    'namespace="local",{}project_id="demo-conteur",revision="v1",task_id="1"'
)


def series(path: str, value: dict[str, Any], **labels: str) -> Any:  # noqa: ANN401 - a message
    """Return a protobuf TimeSeries of the metric at `path` with one point."""
    return TimeSeries.pb(
        TimeSeries(
            {
                "metric": {
                    "type": f"custom.googleapis.com/conteur/{path}",
                    "labels": {**labels, "revision": "v1"},
                },
                "resource": {"type": "generic_task", "labels": RESOURCE},
                "points": [{"value": value}],
            }
        )
    )


def counted(path: str, value: int, **labels: str) -> Any:  # noqa: ANN401 - a message
    return series(path, {"int64_value": value}, **labels)


def spread(path: str, *buckets: int, mean: float, bounds: tuple[float, ...]) -> Any:  # noqa: ANN401 - a message
    """Return a distribution whose buckets have these counts."""
    value = {
        "count": sum(buckets),
        "mean": mean,
        "bucket_options": {"explicit_buckets": {"bounds": bounds}},
        "bucket_counts": buckets,
    }
    return series(path, {"distribution_value": value})
