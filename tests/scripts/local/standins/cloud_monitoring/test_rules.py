"""Each rule of Cloud Monitoring: what just passes it, and what just does not."""

from typing import Any

import pytest
from google.api_core import exceptions

from tests.scripts.local.standins.conftest import TYPE, Clock, Edit, Write, ending, series

GAUGE, CUMULATIVE = 1, 3
BOOL, INT64, DISTRIBUTION = 1, 2, 5
HOUR = 3600
DAY_AND_HOUR = 25 * HOUR


def metric(**members: object) -> Edit:
    return lambda made: made["metric"].update(members)


def labels(**values: str) -> Edit:
    return lambda made: made["metric"].update(labels=values)


def resource(kind: str, **labels: str) -> Edit:
    return lambda made: made.update(resource={"type": kind, "labels": labels})


def resource_label(name: str, value: str | None) -> Edit:
    def edit(made: dict[str, Any]) -> None:
        all_labels = made["resource"]["labels"]
        all_labels.pop(name, None) if value is None else all_labels.update({name: value})

    return edit


def kind(number: int) -> Edit:
    return lambda made: made.update(metric_kind=number)


def value(value_type: int, **members: object) -> Edit:
    def edit(made: dict[str, Any]) -> None:
        made["value_type"] = value_type
        made["points"][0]["value"] = members

    return edit


def distribution(**members: object) -> Edit:
    good = {"count": 3, "mean": 1.5, "bucket_counts": [1, 1, 1]}
    bounds = members.pop("bounds", [1, 2])
    options = {"explicit_buckets": {"bounds": bounds}}
    return value(DISTRIBUTION, distribution_value={**good, "bucket_options": options, **members})


def end_only(made: dict[str, Any]) -> None:
    del made["points"][0]["interval"]["start_time"]


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param([], id="cumulative"),
        pytest.param([kind(GAUGE), end_only], id="gauge without a start"),
        pytest.param([kind(GAUGE), ending(60, start=60)], id="gauge with its end as start"),
        pytest.param([distribution()], id="distribution"),
        pytest.param([distribution(bucket_counts=[3])], id="counts left out are zero"),
        pytest.param([distribution(count=0, mean=0, bucket_counts=[])], id="no values yet"),
        pytest.param([resource("global", project_id="demo-conteur")], id="global resource"),
        pytest.param([labels(l="v" * 1024)], id="longest label value"),
        pytest.param([labels(**{"l" * 100: "v"})], id="longest label key"),
        pytest.param([labels(**{f"l{n}": "v" for n in range(30)})], id="most labels"),
        pytest.param([metric(type=(TYPE + "/" + "n" * 200)[:200])], id="longest type"),
        pytest.param([ending(60 + 5 * 60)], id="five minutes ahead"),
        pytest.param([ending(60 - DAY_AND_HOUR, start=-9 * DAY_AND_HOUR)], id="25 hours old"),
    ],
)
def test_taken(write: Write, edits: list[Edit]) -> None:
    """What is at a limit, and not past it, is written."""
    write(series(*edits))


REFUSED = {
    "other prefix": ([metric(type="example.com/executions")], "not a custom metric's type"),
    "type too long": ([metric(type=TYPE + "/" + "n" * 200)], "not a custom metric's type"),
    "label key with a dash": ([labels(**{"a-b": "v"})], 'invalid key "a-b"'),
    "label key too long": ([labels(**{"l" * 101: "v"})], "invalid key"),
    "label value too long": ([labels(l="v" * 1025)], "longer than 1024 characters"),
    "too many labels": ([labels(**{f"l{n}": "v" for n in range(31)})], "have over 30 labels"),
    "no resource": ([resource("")], "Unrecognized resource type: ."),
    "Cloud Run's resource": (
        [resource("cloud_run_revision", project_id="demo-conteur")],
        "Metrics cannot be written to cloud_run_revision",
    ),
    "label missing": (
        [resource_label("task_id", None), resource_label("namespace", "")],
        r"Missing labels: \(namespace task_id\)",
    ),
    "label unknown": ([resource_label("revision", "r1")], r"resource labels: \(revision\)"),
    "another project": ([resource_label("project_id", "other")], 'invalid value of "other"'),
    "no region": ([resource_label("location", "local")], "Unrecognized region or location"),
    "kind DELTA": ([kind(2)], "not writable"),
    "no point": ([lambda made: made.update(points=[])], "exactly one point"),
    "two points": ([lambda made: made.update(points=made["points"] * 2)], "exactly one point"),
    "a string": ([value(4, string_value="v")], "not a writable type"),
    "said INT64, is BOOL": ([value(INT64, bool_value=True)], "must be INT64, but is BOOL"),
    "cumulative truth": ([value(BOOL, bool_value=True)], "CUMULATIVE is not supported"),
    "no end": (
        [lambda made: made["points"][0].update(interval={})],
        "interval.end_time is missing",
    ),
    "gauge over a time": ([kind(GAUGE)], "must be equal to the end time"),
    "cumulative without a start": ([end_only], "start time must be before the end time"),
    "cumulative over no time": ([ending(60, start=60)], "start time must be before the end time"),
    "too old": ([ending(59 - DAY_AND_HOUR, start=-9 * DAY_AND_HOUR)], "25h in the past"),
    "in the future": ([ending(61 + 5 * 60)], "5m in the future"),
    "no bounds": ([distribution(bounds=[])], "at least one entry"),
    "bounds not growing": ([distribution(bounds=[2, 2])], "not strictly increasing"),
    "too many buckets": ([distribution(bounds=list(range(200)))], "more than 200 buckets"),
    "more counts than buckets": (
        [distribution(bucket_counts=[1, 1, 1, 0])],
        "has 4 .bucket_counts. fields, which is more than the 3 buckets",
    ),
    "counts that do not add up": ([distribution(count=4)], "not the sum"),
    "count below zero": ([distribution(bucket_counts=[4, -1])], "not the sum"),
    "mean of nothing": ([distribution(count=0, bucket_counts=[])], "must be 0"),
}


@pytest.mark.parametrize(("edits", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(write: Write, edits: list[Edit], message: str) -> None:
    """What is past a limit is refused as INVALID_ARGUMENT, in the real service's words."""
    with pytest.raises(exceptions.InvalidArgument, match=message):
        write(series(*edits))


def test_duplicate(write: Write) -> None:
    """A call has a series once."""
    with pytest.raises(exceptions.InvalidArgument, match="Duplicate TimeSeries encountered"):
        write(series(), series())


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(ending(65), id="five seconds later"),
        pytest.param(ending(70, start=60.001), id="a reset after the last end"),
    ],
)
def test_next_point(write: Write, edit: Edit) -> None:
    """The next point ends 5 s later or more, and starts where the last one did or after it."""
    write(series(ending(60)))
    write(series(edit))


OUT_OF_ORDER = {
    "too soon": (ending(64.999), "more frequently than the maximum sampling period"),
    "the same end": (ending(60), "older end time"),
    "an older end": (ending(59), "older end time"),
    "an older start": (ending(70, start=-1), "older start time"),
    "a reset inside the last interval": (ending(70, start=60), "older start time"),
}


@pytest.mark.parametrize(("edit", "message"), OUT_OF_ORDER.values(), ids=OUT_OF_ORDER)
def test_out_of_order(write: Write, edit: Edit, message: str) -> None:
    """A point that comes too soon, or that goes back in time, is refused."""
    write(series(ending(60)))
    with pytest.raises(exceptions.InvalidArgument, match=message):
        write(series(edit))


def test_next_gauge(write: Write) -> None:
    """The next point of a gauge has a later start, for its start is its end."""
    write(series(kind(GAUGE), ending(60, start=60)))
    write(series(kind(GAUGE), ending(65, start=65)))


def test_type_of_a_known_metric(write: Write, clock: Clock) -> None:
    """The first point of a metric settles its value type for all of its series."""
    write(series())
    clock.now += 60
    other = series(labels(outcome="failed"), value(5), distribution())
    with pytest.raises(exceptions.InvalidArgument, match="must be INT64, but is DISTRIBUTION"):
        write(other)


def test_labels_of_a_known_metric(write: Write) -> None:
    """Labels that series bring one by one count towards the limit of the metric."""
    write(series(labels(**{f"l{n}": "v" for n in range(30)})))
    with pytest.raises(exceptions.InvalidArgument, match="have over 30 labels"):
        write(series(labels(one_more="v")))
