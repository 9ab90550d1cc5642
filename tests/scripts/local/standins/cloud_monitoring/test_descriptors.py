"""The stand-in's metric descriptors, seen through the real client library."""

import pytest
from google.api import metric_pb2  # type: ignore[import-untyped]  # ships neither stubs nor py.typed
from google.api_core import exceptions
from google.cloud import monitoring_v3 as api

from scripts.local.standins.cloud_monitoring.metrics import MonitoringStandIn
from tests.scripts.local.standins.cloud_monitoring.examples import Message, edited, members
from tests.scripts.local.standins.conftest import PROJECT, TYPE, Clock, Write, ending, series

NAME = f"{PROJECT}/metricDescriptors/{TYPE}"
DESCRIPTOR: Message = {
    "type": TYPE,
    "metric_kind": "CUMULATIVE",
    "value_type": "INT64",
    "unit": "1",
    "description": "Stories that were begun.",
    "labels": [{"key": "outcome"}],
}


def describe(client: api.MetricServiceClient, **changed: object) -> metric_pb2.MetricDescriptor:
    descriptor = metric_pb2.MetricDescriptor(**edited(DESCRIPTOR, members(**changed)))
    return client.create_metric_descriptor(name=PROJECT, metric_descriptor=descriptor)


def types(client: api.MetricServiceClient, text: str = "") -> list[str]:
    request = {"name": PROJECT, "filter": text}
    return [one.type for one in client.list_metric_descriptors(request=request)]


def test_reading(client: api.MetricServiceClient) -> None:
    """A descriptor is read back under its name, with what the server fills in."""
    made = describe(client)
    read = client.get_metric_descriptor(name=NAME)
    assert read == made
    assert read.name == NAME
    assert "generic_task" in read.monitored_resource_types


def test_made_by_a_point(client: api.MetricServiceClient, write: Write) -> None:
    """The first point of a metric makes its descriptor, with the point's labels."""
    write(series())
    read = client.get_metric_descriptor(name=NAME)
    assert read.name == NAME
    assert [label.key for label in read.labels] == ["outcome"]
    assert read.metric_kind == metric_pb2.MetricDescriptor.CUMULATIVE


def test_listing(client: api.MetricServiceClient) -> None:
    """Descriptors are listed by type, all or those that a filter leaves."""
    for kind in (f"{TYPE}/b", TYPE, "custom.googleapis.com/other"):
        describe(client, type=kind)
    assert types(client) == [TYPE, f"{TYPE}/b", "custom.googleapis.com/other"]
    assert types(client, f'metric.type = starts_with("{TYPE}")') == [TYPE, f"{TYPE}/b"]
    assert types(client, f'metric.type = "{TYPE}"') == [TYPE]


def test_unknown_filter(client: api.MetricServiceClient) -> None:
    """A filter that the stand-in does not know is refused, not ignored."""
    with pytest.raises(exceptions.InvalidArgument, match="Field filter"):
        types(client, 'project = "demo-conteur"')


def test_pages(client: api.MetricServiceClient) -> None:
    """A listing comes in pages of the size that is asked for."""
    for number in range(3):
        describe(client, type=f"{TYPE}/{number}")
    pager = client.list_metric_descriptors(request={"name": PROJECT, "page_size": 2})
    assert [len(page.metric_descriptors) for page in pager.pages] == [2, 1]


def test_labels_stay(client: api.MetricServiceClient) -> None:
    """Labels can be added to a metric and never go away; they come back in order."""
    describe(client, labels=[{"key": "outcome"}])
    describe(client, labels=[{"key": "cause"}, {"key": "zone"}], description="Other.")
    read = client.get_metric_descriptor(name=NAME)
    assert [label.key for label in read.labels] == ["cause", "outcome", "zone"]
    assert read.description == "Other."


def test_left_out(client: api.MetricServiceClient) -> None:
    """The launch stage and the metadata of a custom metric are not kept."""
    made = describe(client, launch_stage=4, metadata={"sample_period": {"seconds": 60}})
    assert not made.launch_stage
    assert not made.HasField("metadata")


def test_described_while_written(
    client: api.MetricServiceClient, monitoring: MonitoringStandIn, write: Write, clock: Clock
) -> None:
    """A descriptor that is made of a metric in use disturbs none of its series."""
    write(series())
    describe(client)
    clock.now += 60
    write(series(ending(120)))
    assert (monitoring.written, monitoring.rejections) == (2, [])


def test_deleting(
    client: api.MetricServiceClient, monitoring: MonitoringStandIn, write: Write
) -> None:
    """A descriptor goes with its series; the next point makes a new one, of any kind."""
    write(series())
    client.delete_metric_descriptor(name=NAME)
    assert monitoring.total(TYPE) == 0
    with pytest.raises(exceptions.NotFound, match=f"descriptor for metric '{TYPE}'"):
        client.get_metric_descriptor(name=NAME)
    write(series())
    assert monitoring.described("demo-conteur") == {TYPE}


def test_deleting_one_of_many(
    client: api.MetricServiceClient, monitoring: MonitoringStandIn, write: Write
) -> None:
    """A metric under another one's name is not deleted with it."""
    below = f"{TYPE}/below"
    write(series(), series(lambda made: made["metric"].update(type=below)))
    client.delete_metric_descriptor(name=NAME)
    assert monitoring.total(below) == 1
    assert monitoring.described("demo-conteur") == {below}


@pytest.mark.parametrize("name", [NAME, f"projects/other/metricDescriptors/{TYPE}"])
def test_deleting_what_is_not_there(client: api.MetricServiceClient, name: str) -> None:
    """What nobody has described cannot be deleted."""
    with pytest.raises(exceptions.NotFound):
        client.delete_metric_descriptor(name=name)
