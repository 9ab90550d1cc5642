"""What Cloud Monitoring refuses in a point, and in the order of points; one rule a function."""

from datetime import UTC, datetime
from itertools import pairwise

from scripts.local.standins.cloud_monitoring.rules import Descriptor, Interval, Rule, Write
from scripts.local.standins.server import Message

SECOND = 1_000_000_000
MILLISECOND = 1_000_000
MAX_AGE = 25 * 3600 * SECOND
MAX_LEAD = 5 * 60 * SECOND
SAMPLING_PERIOD = 5 * SECOND
MAX_BUCKETS = 200
VALUE_TYPES = {
    "bool_value": Descriptor.BOOL,
    "int64_value": Descriptor.INT64,
    "double_value": Descriptor.DOUBLE,
    "distribution_value": Descriptor.DISTRIBUTION,
}


def interval_of(series: Message) -> Interval:
    """Return the interval of the newest point of a protobuf TimeSeries, written with one only."""
    interval = series.points[0].interval
    return Interval(interval.start_time.ToNanoseconds(), interval.end_time.ToNanoseconds())


def value_type_of(series: Message) -> int | None:
    """Return the type of the series' one point, None if it is no writable one."""
    return VALUE_TYPES.get(series.points[0].value.WhichOneof("value"))


def one_point(write: Write) -> str | None:
    """A series has exactly one point, and a call has a series once.

    Source: TimeSeries.points in https://cloud.google.com/monitoring/api/ref_v3/rest/v3/TimeSeries
    """
    if len(write.series.points) != 1:
        return "Field points had an invalid length: exactly one point must be given."
    if write.seen_in_call:
        return (
            "Duplicate TimeSeries encountered. "
            "Only one point can be written per TimeSeries per request."
        )
    return None


def value_type(write: Write) -> str | None:
    """The point's type is the one that the series and the descriptor say.

    Source: TimeSeries.value_type in https://cloud.google.com/monitoring/api/ref_v3/rest/v3/TimeSeries
    """
    found = value_type_of(write.series)
    if found is None:
        return "Field points[0].value had an invalid value: not a writable type."
    said = {write.series.value_type or found}
    if write.descriptor is not None:
        said.add(write.descriptor.value_type)
    if said == {found}:
        return None
    wanted = Descriptor.ValueType.Name(max(said - {found}))
    name = Descriptor.ValueType.Name(found)
    return f"Value type for metric {write.series.metric.type} must be {wanted}, but is {name}."


def kind_suits_type(write: Write) -> str | None:
    """A CUMULATIVE metric is a number or a distribution.

    Source: https://cloud.google.com/monitoring/api/v3/kinds-and-types
    """
    if write.kind == Descriptor.CUMULATIVE and value_type_of(write.series) == Descriptor.BOOL:
        return "Metric kind CUMULATIVE is not supported for value type BOOL."
    return None


def interval_form(write: Write) -> str | None:
    """A GAUGE has no start time or the end's; a CUMULATIVE one starts before it ends.

    Source: https://cloud.google.com/monitoring/api/ref_v3/rest/v3/TimeInterval
    """
    interval = interval_of(write.series)
    if interval.end == 0:
        return "Field points[0].interval.end_time is missing."
    if write.kind == Descriptor.GAUGE:
        if interval.start in {0, interval.end}:
            return None
        return "The start time must be equal to the end time for a gauge metric."
    if 0 < interval.start < interval.end:
        return None
    return (
        f"Field points[0].interval.start_time had an invalid value of "
        f'"{_text(interval.start)}": The start time must be before the end time '
        f"({_text(interval.end)}) for the non-gauge metric '{write.series.metric.type}'."
    )


def interval_age(write: Write) -> str | None:
    """An end time is at most 25 hours old and at most 5 minutes ahead.

    Source: https://cloud.google.com/monitoring/api/ref_v3/rest/v3/TimeInterval
    """
    end = interval_of(write.series).end
    if end < write.now - MAX_AGE:
        return "Data points cannot be written more than 25h in the past."
    if end > write.now + MAX_LEAD:
        return "Data points cannot be written more than 5m in the future."
    return None


def order(write: Write) -> str | None:
    """Times grow; a start time stays, or moves behind the last end by a millisecond.

    Source: https://cloud.google.com/monitoring/api/ref_v3/rest/v3/TimeInterval
    """
    last, new = write.last, interval_of(write.series)
    if last is None:
        return None
    older = "Points must be written in order. One or more of the points specified had an older"
    if new.end <= last.end:
        return f"{older} end time than the most recent point."
    if write.kind == Descriptor.GAUGE or new.start == last.start:
        return None
    if new.start < last.end + MILLISECOND:
        return f"{older} start time than the most recent point."
    return None


def sampling_period(write: Write) -> str | None:
    """End times are at least 5 seconds apart.

    Source: https://cloud.google.com/monitoring/quotas
    """
    last, new = write.last, interval_of(write.series)
    if last is None or new.end >= last.end + SAMPLING_PERIOD:
        return None
    return (
        "One or more points were written more frequently than the maximum sampling period "
        f"configured for the metric. {{Metric: {write.series.metric.type}, Timestamps: "
        f"{{Youngest Existing: '{_text(last.end)}', New: '{_text(new.end)}'}}}}"
    )


def distribution(write: Write) -> str | None:
    """Buckets are in order and at most 200, their counts add up, and no values have no mean.

    Fewer counts than buckets are fine: those left out are 0. Sources:
    https://cloud.google.com/monitoring/api/ref_v3/rest/v3/TypedValue#Distribution and
    https://cloud.google.com/monitoring/quotas
    """
    if value_type_of(write.series) != Descriptor.DISTRIBUTION:
        return None
    value = write.series.points[0].value.distribution_value
    problem = _bounds_problem(value) or _counts_problem(value)
    return f"Field points[0].distributionValue had an invalid value: {problem}" if problem else None


def _bounds_problem(value: Message) -> str | None:
    bounds = value.bucket_options.explicit_buckets.bounds
    if not bounds:
        return "Distribution |explicit_buckets.bounds| does not have at least one entry."
    if any(low >= high for low, high in pairwise(bounds)):
        return "Distribution |explicit_buckets.bounds| is not strictly increasing."
    if len(bounds) + 1 > MAX_BUCKETS:
        return f"Distribution has more than {MAX_BUCKETS} buckets."
    return None


def _counts_problem(value: Message) -> str | None:
    buckets = len(value.bucket_options.explicit_buckets.bounds) + 1
    counts = value.bucket_counts
    if len(counts) > buckets:
        return (
            f"Distribution value has {len(counts)} |bucket_counts| fields, which is more than "
            f"the {buckets} buckets allowed by the bucketing options."
        )
    if value.count != sum(counts) or min(counts, default=0) < 0:
        return f"Distribution |count| {value.count} is not the sum of |bucket_counts|."
    if value.count == 0 and (value.mean or value.sum_of_squared_deviation):
        return "Distribution |count| is 0, so |mean| and |sum_of_squared_deviation| must be 0."
    return None


def _text(nanoseconds: int) -> str:
    time = datetime.fromtimestamp(nanoseconds / SECOND, UTC)
    return time.strftime("%Y/%m/%d-%H:%M:%S.%f")[:-3]


POINT_RULES: tuple[Rule, ...] = (
    one_point,
    value_type,
    kind_suits_type,
    interval_form,
    interval_age,
    order,
    sampling_period,
    distribution,
)
