"""What Cloud Monitoring is told of each metric of the registry before its first point."""

from conteur.telemetry.registry import Metric
from scripts.ops.monitoring.cloud.recipients import Message

REVISION = "revision"
"""The label that each point has beside the metric's own."""


def descriptor(metric: Metric) -> Message:
    """Return the MetricDescriptor.

    Source: https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.metricDescriptors
    """
    return {
        "type": metric.type,
        "displayName": f"conteur: {metric.path}",
        "metricKind": metric.kind.value,
        "valueType": metric.value_type.value,
        "unit": metric.unit,
        "description": metric.description,
        "labels": [{"key": label, "valueType": "STRING"} for label in (*metric.labels, REVISION)],
    }
