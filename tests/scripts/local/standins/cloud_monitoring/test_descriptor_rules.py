"""Each rule on a metric's descriptor: what just passes it, and what just does not."""

import pytest
from google.api import metric_pb2  # type: ignore[import-untyped]  # ships neither stubs nor py.typed
from google.api_core import exceptions
from google.cloud import monitoring_v3 as api

from scripts.local.standins.cloud_monitoring.descriptor_rules import (
    MAX_DESCRIPTORS,
    Description,
    descriptor_count,
)
from tests.scripts.local.standins.cloud_monitoring.examples import Edit, edited, members
from tests.scripts.local.standins.cloud_monitoring.test_descriptors import DESCRIPTOR
from tests.scripts.local.standins.conftest import PROJECT, TYPE, Write, series


def describe(client: api.MetricServiceClient, *edits: Edit) -> None:
    descriptor = metric_pb2.MetricDescriptor(**edited(DESCRIPTOR, *edits))
    client.create_metric_descriptor(name=PROJECT, metric_descriptor=descriptor)


def keys(*names: str) -> Edit:
    return members(labels=[{"key": name} for name in names])


NUMBERED = [f"l{n}" for n in range(31)]


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(members(type=(TYPE + "/" + "n" * 200)[:200]), id="longest type"),
        pytest.param(members(metric_kind="GAUGE", value_type="BOOL"), id="truth"),
        pytest.param(members(value_type="DISTRIBUTION"), id="distribution"),
        pytest.param(keys(*NUMBERED[:30]), id="most labels"),
        pytest.param(keys("l" * 100), id="longest label key"),
    ],
)
def test_taken(client: api.MetricServiceClient, edit: Edit) -> None:
    """What is at a limit, and not past it, is taken."""
    describe(client, edit)


REFUSED = {
    "other prefix": (members(type="example.com/executions"), "type had an invalid value"),
    "type too long": (members(type=TYPE + "/" + "n" * 200), "type had an invalid value"),
    "no kind": (members(metric_kind=0), "metric_kind had an invalid value"),
    "kind DELTA": (members(metric_kind="DELTA"), "metric_kind had an invalid value"),
    "no value type": (members(value_type=0), "value_type had an invalid value"),
    "money": (members(value_type="MONEY"), "value_type had an invalid value"),
    "cumulative truth": (members(value_type="BOOL"), "not supported with metric kind"),
    "label key with a dash": (keys("a-b"), 'invalid key "a-b"'),
    "label key too long": (keys("l" * 101), "invalid key"),
    "label key twice": (keys("a", "a"), 'invalid key "a"'),
    "too many labels": (keys(*NUMBERED), "have over 30 labels"),
}


@pytest.mark.parametrize(("edit", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(client: api.MetricServiceClient, edit: Edit, message: str) -> None:
    """What is past a limit is refused as INVALID_ARGUMENT, and not kept."""
    with pytest.raises(exceptions.InvalidArgument, match=message):
        describe(client, edit)
    assert not list(client.list_metric_descriptors(name=PROJECT))


@pytest.mark.parametrize("change", [{"metric_kind": "GAUGE"}, {"value_type": "DISTRIBUTION"}])
def test_change_of_a_known_metric(
    client: api.MetricServiceClient, write: Write, change: dict[str, str]
) -> None:
    """The kind and the value type of a metric stay, also if its first point has settled them."""
    write(series())
    describe(client)
    with pytest.raises(exceptions.InvalidArgument, match="cannot be changed"):
        describe(client, members(**change))


def test_labels_of_a_known_metric(client: api.MetricServiceClient) -> None:
    """Labels that a metric has count towards the limit, though a call leaves them out."""
    describe(client, keys(*NUMBERED[:30]))
    describe(client, keys())
    with pytest.raises(exceptions.InvalidArgument, match="have over 30 labels"):
        describe(client, keys(NUMBERED[30]))


@pytest.mark.parametrize(
    ("number", "known", "taken"),
    [
        (MAX_DESCRIPTORS - 1, False, True),
        (MAX_DESCRIPTORS, False, False),
        (MAX_DESCRIPTORS, True, True),
    ],
)
def test_number_of_metrics(*, number: int, known: bool, taken: bool) -> None:
    """A project has 10000 metrics at most, and those that it has can still be changed."""
    given = metric_pb2.MetricDescriptor(type=TYPE)
    refusal = descriptor_count(Description(given, given if known else None, number))
    assert (refusal is None) is taken
