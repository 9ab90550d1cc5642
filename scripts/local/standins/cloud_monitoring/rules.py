"""What Cloud Monitoring refuses in a series that is written, one rule a function.

A rule answers the message of its refusal, or None. The limits are from the pages named at each
rule; the wording is that of the real service as users quote it in public issues. Rules on the
point itself are in `monitoring_point_rules`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from google.api import metric_pb2  # type: ignore[import-untyped]  # ships neither stubs nor py.typed

from scripts.local.standins.server import Message

Descriptor = metric_pb2.MetricDescriptor

MAX_LABELS = 30
MAX_LABEL_KEY = 100
MAX_LABEL_VALUE = 1024
MAX_TYPE = 200
LABEL_KEY = re.compile(r"[a-zA-Z][a-zA-Z0-9_]*")
METRIC_TYPE = re.compile(r"custom\.googleapis\.com(/[a-zA-Z0-9][a-zA-Z0-9_.-]*)+")
LOCATION = re.compile(r"global|[a-z]+-[a-z]+\d+(-[a-z])?")
WRITABLE_RESOURCES = {
    "generic_task": {"project_id", "location", "namespace", "job", "task_id"},
    "generic_node": {"project_id", "location", "namespace", "node_id"},
    "global": {"project_id"},
}
RESOURCES_PAGE = (
    "https://cloud.google.com/monitoring/custom-metrics/creating-metrics#which-resource"
)


@dataclass(frozen=True, slots=True)
class Interval:
    """A point's interval in nanoseconds since the epoch; `start` is 0 where none is given."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Write:
    """One series (a protobuf TimeSeries) as a call brings it, and what is known already."""

    series: Message
    project: str
    now: int
    descriptor: Message | None
    last: Interval | None
    seen_in_call: bool

    @property
    def kind(self) -> int:
        """Return the metric kind; a metric that is new and says none is a GAUGE.

        Source: TimeSeries.metric_kind in https://cloud.google.com/monitoring/api/ref_v3/rest/v3/TimeSeries
        """
        known = Descriptor.GAUGE if self.descriptor is None else self.descriptor.metric_kind
        return int(self.series.metric_kind or known)


Rule = Callable[[Write], str | None]


def metric_type(write: Write) -> str | None:
    """Custom metrics start with custom.googleapis.com/ and have at most 200 characters.

    Source: https://cloud.google.com/monitoring/api/v3/naming-conventions
    """
    name = write.series.metric.type
    if METRIC_TYPE.fullmatch(name) and len(name) <= MAX_TYPE:
        return None
    return f'Field metric.type had an invalid value of "{name}": not a custom metric\'s type.'


def label_keys(write: Write) -> str | None:
    """Label keys are letters, digits and underscores, at most 100 characters.

    Source: https://cloud.google.com/monitoring/api/ref_v3/rest/v3/LabelDescriptor
    """
    for key in write.series.metric.labels:
        if not LABEL_KEY.fullmatch(key) or len(key) > MAX_LABEL_KEY:
            return f'Field metric.labels had an invalid key "{key}".'
    return None


def label_values(write: Write) -> str | None:
    """Label values have at most 1024 characters.

    Source: https://cloud.google.com/monitoring/quotas
    """
    for key, value in write.series.metric.labels.items():
        if len(value) > MAX_LABEL_VALUE:
            return f'Field metric.labels["{key}"] is longer than {MAX_LABEL_VALUE} characters.'
    return None


def label_count(write: Write) -> str | None:
    """A metric has at most 30 labels; new ones are added to those that it has.

    Source: https://cloud.google.com/monitoring/quotas
    """
    known = [] if write.descriptor is None else [label.key for label in write.descriptor.labels]
    if len({*known, *write.series.metric.labels}) <= MAX_LABELS:
        return None
    name = write.series.metric.type
    return f"The new labels would cause the metric {name} to have over {MAX_LABELS} labels."


def resource_type(write: Write) -> str | None:
    """Only some resources can be written to; cloud_run_revision is not one of them.

    Source: https://cloud.google.com/monitoring/custom-metrics/creating-metrics#custom-metric-resources
    Of the writable ones, those without a machine or a cluster behind them are known here.
    """
    kind = write.series.resource.type
    if kind in WRITABLE_RESOURCES:
        return None
    if not kind:
        return f"Unrecognized resource type: {kind}."
    return (
        f"Metrics cannot be written to {kind}. "
        f"See {RESOURCES_PAGE} for a list of writable resource types."
    )


def resource_labels(write: Write) -> str | None:
    """A resource has all of its labels and no other.

    Source: https://cloud.google.com/monitoring/api/resources#tag_generic_task
    """
    labels: Mapping[str, str] = write.series.resource.labels
    wanted = WRITABLE_RESOURCES[write.series.resource.type]
    if missing := sorted(name for name in wanted if not labels.get(name)):
        return f"The set of resource labels is incomplete. Missing labels: ({' '.join(missing)})."
    if extra := sorted(set(labels) - wanted):
        return f"Unrecognized resource labels: ({' '.join(extra)})."
    return None


def resource_project(write: Write) -> str | None:
    """A series belongs to the project that the call names.

    Source: project_id in https://cloud.google.com/monitoring/api/resources#tag_generic_task
    """
    project = write.series.resource.labels["project_id"]
    if project == write.project:
        return None
    return f'Field resource.labels["project_id"] had an invalid value of "{project}".'


def resource_location(write: Write) -> str | None:
    """A location is a region or a zone.

    Source: location in https://cloud.google.com/monitoring/api/resources#tag_generic_task
    """
    location = write.series.resource.labels.get("location", "global")
    return None if LOCATION.fullmatch(location) else "Unrecognized region or location."


def metric_kind(write: Write) -> str | None:
    """A kind is GAUGE or CUMULATIVE, and the same as the descriptor's.

    Source: TimeSeries.metric_kind in https://cloud.google.com/monitoring/api/ref_v3/rest/v3/TimeSeries
    """
    name = Descriptor.MetricKind.Name(write.kind)
    if write.kind not in {Descriptor.GAUGE, Descriptor.CUMULATIVE}:
        return f"Field metric_kind had an invalid value of {name}: not writable."
    if write.descriptor is None or write.kind == write.descriptor.metric_kind:
        return None
    known = Descriptor.MetricKind.Name(write.descriptor.metric_kind)
    return f"Metric kind for metric {write.series.metric.type} must be {known}, but is {name}."


SERIES_RULES: tuple[Rule, ...] = (
    metric_type,
    label_keys,
    label_values,
    label_count,
    resource_type,
    resource_labels,
    resource_project,
    resource_location,
    metric_kind,
)
