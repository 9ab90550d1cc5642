"""What Cloud Monitoring refuses in a metric's descriptor, one rule a function.

A rule answers the message of its refusal, or None. The rules on a type and on labels are those
of the series that bring them, in `monitoring_rules`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from scripts.local.standins.cloud_monitoring.rules import (
    LABEL_KEY,
    MAX_LABEL_KEY,
    MAX_LABELS,
    MAX_TYPE,
    METRIC_TYPE,
    Descriptor,
)
from scripts.local.standins.server import Message

MAX_DESCRIPTORS = 10_000
KINDS = {Descriptor.GAUGE, Descriptor.CUMULATIVE}
SINGLE_VALUES = {Descriptor.BOOL, Descriptor.STRING}
VALUE_TYPES = {Descriptor.INT64, Descriptor.DOUBLE, Descriptor.DISTRIBUTION, *SINGLE_VALUES}


@dataclass(frozen=True, slots=True)
class Description:
    """A descriptor (protobuf) as a call brings it, the one it replaces, and how many there are."""

    given: Message
    former: Message | None
    descriptors: int


Rule = Callable[[Description], str | None]


def metric_type(checked: Description) -> str | None:
    """Custom metrics start with custom.googleapis.com/ and have at most 200 characters.

    Source: https://cloud.google.com/monitoring/api/v3/naming-conventions
    """
    name = checked.given.type
    if METRIC_TYPE.fullmatch(name) and len(name) <= MAX_TYPE:
        return None
    return f'Field metric_descriptor.type had an invalid value of "{name}".'


def kind(checked: Description) -> str | None:
    """A kind is GAUGE or CUMULATIVE, and truths and strings are gauges.

    Source: https://cloud.google.com/monitoring/api/v3/kinds-and-types
    """
    given = checked.given
    if given.metric_kind not in KINDS:
        return f'Field metric_descriptor.metric_kind had an invalid value of "{given.metric_kind}".'
    if given.value_type not in VALUE_TYPES:
        return f'Field metric_descriptor.value_type had an invalid value of "{given.value_type}".'
    if given.metric_kind == Descriptor.CUMULATIVE and given.value_type in SINGLE_VALUES:
        return "Field metric_descriptor.value_type is not supported with metric kind CUMULATIVE."
    return None


def label_keys(checked: Description) -> str | None:
    """Label keys are letters, digits and underscores, at most 100 characters, each once.

    Source: https://cloud.google.com/monitoring/api/ref_v3/rest/v3/LabelDescriptor
    """
    keys = [label.key for label in checked.given.labels]
    for key in keys:
        if not LABEL_KEY.fullmatch(key) or len(key) > MAX_LABEL_KEY or keys.count(key) > 1:
            return f'Field metric_descriptor.labels had an invalid key "{key}".'
    return None


def label_count(checked: Description) -> str | None:
    """A metric has at most 30 labels, those included that it has and that never go away.

    Sources: https://cloud.google.com/monitoring/quotas and
    https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.metricDescriptors/create
    """
    former = [] if checked.former is None else checked.former.labels
    keys = {label.key for label in (*former, *checked.given.labels)}
    if len(keys) <= MAX_LABELS:
        return None
    name = checked.given.type
    return f"The new labels would cause the metric {name} to have over {MAX_LABELS} labels."


def unchanged(checked: Description) -> str | None:
    """A metric's kind and value type stay as they are until its descriptor is deleted.

    Source: https://github.com/Stackdriver/stackdriver-prometheus/issues/21
    """
    given, former = checked.given, checked.former
    if former is None:
        return None
    for field in ("metric_kind", "value_type"):
        if getattr(given, field) != getattr(former, field):
            return (
                f"Field metric_descriptor.{field} of the existing {given.type} cannot be changed."
            )
    return None


def descriptor_count(checked: Description) -> str | None:
    """A project has at most 10000 descriptors.

    Source: https://cloud.google.com/monitoring/quotas
    """
    if checked.former is not None or checked.descriptors < MAX_DESCRIPTORS:
        return None
    return (
        f"The project has {MAX_DESCRIPTORS} custom metric descriptors, the most that it can have."
    )


DESCRIPTOR_RULES: tuple[Rule, ...] = (
    metric_type,
    kind,
    label_keys,
    label_count,
    unchanged,
    descriptor_count,
)
