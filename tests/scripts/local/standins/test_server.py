"""What every stand-in can do: share a port, and fail on purpose."""

import grpc
import pytest
from google.api_core import exceptions

from scripts.local.errors import LocalStackError
from scripts.local.standins.google_api import GoogleApi
from scripts.local.standins.server import Fault
from tests.scripts.local.standins.cloud_monitoring.clients import Clients
from tests.scripts.local.standins.cloud_monitoring.examples import CHANNEL, POLICY
from tests.scripts.local.standins.conftest import PROJECT


def test_one_port(clients: Clients) -> None:
    """The services of a group answer on one port, each to its own client."""
    assert not list(clients.policies.list_alert_policies(name=PROJECT))
    assert not list(clients.channels.list_notification_channels(name=PROJECT))
    assert not list(clients.dashboards.list_dashboards({"parent": PROJECT}))
    assert not list(clients.metrics.list_metric_descriptors(name=PROJECT))


def test_taken_port(cloud: GoogleApi) -> None:
    """A group does not start on a port that is taken."""
    with cloud.serve() as address, pytest.raises(LocalStackError, match="is taken"):
        GoogleApi().serve(int(address.rpartition(":")[2])).__enter__()


def test_serving_again(cloud: GoogleApi) -> None:
    """What has stopped can serve once more, with what it had taken in."""
    with cloud.serve() as first:
        pass
    with cloud.serve() as second:
        assert first
        assert second


def test_fault_of_one_method(cloud: GoogleApi, clients: Clients) -> None:
    """A fault can be of one method only, as when a right is missing."""
    denied = Fault(grpc.StatusCode.PERMISSION_DENIED, methods=frozenset({"CreateAlertPolicy"}))
    cloud.policies.fault = denied
    with pytest.raises(exceptions.PermissionDenied, match="failed on purpose"):
        clients.make_policy(POLICY)
    assert not list(clients.policies.list_alert_policies(name=PROJECT))


def test_fault_of_one_service(cloud: GoogleApi, clients: Clients) -> None:
    """A fault of one service leaves the others of its port alone."""
    cloud.policies.fault = Fault(grpc.StatusCode.PERMISSION_DENIED)
    made = clients.make_channel(CHANNEL)
    assert made.name.startswith(f"{PROJECT}/notificationChannels/")


@pytest.mark.parametrize(
    ("calls", "hit"),
    [("A", False), ("AA", True), ("AB", False), ("ABA", True), ("AAB", False), ("ABAA", False)],
)
def test_every_second_call_of_a_method(calls: str, *, hit: bool) -> None:
    """Every n-th call is counted among those of the fault's methods."""
    assert Fault(every=2, methods=frozenset({"A"})).hits(calls) is hit
