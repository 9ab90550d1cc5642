"""The metrics' descriptors."""

import pytest
from google.api import metric_pb2  # type: ignore[import-untyped]  # has neither stubs nor py.typed
from google.protobuf import json_format

from conteur.telemetry.registry import EXECUTIONS, METRICS, Metric
from scripts.ops.monitoring.cloud.descriptors import descriptor


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.path)
def test_cloud_monitoring_knows_every_field(metric: Metric) -> None:
    """Each metric of the registry has a descriptor, which is one of the API's."""
    read = json_format.ParseDict(descriptor(metric), metric_pb2.MetricDescriptor())
    assert (read.type, read.description, read.unit) == (
        metric.type,
        metric.description,
        metric.unit,
    )
    kinds = metric_pb2.MetricDescriptor
    assert kinds.MetricKind.Name(read.metric_kind) == metric.kind.value
    assert kinds.ValueType.Name(read.value_type) == metric.value_type.value


def test_labels() -> None:
    """A descriptor has the labels that points have: the metric's own, and the revision."""
    labels = [label["key"] for label in descriptor(EXECUTIONS)["labels"]]
    assert labels == ["function", "outcome", "reason", "kind", "revision"]
