"""The filter of a listing, seen through the real client library."""

import pytest
from google.api_core import exceptions

from tests.scripts.local.standins.cloud_monitoring.clients import Clients
from tests.scripts.local.standins.cloud_monitoring.examples import (
    CHANNEL,
    POLICY,
    SLACK,
    edited,
    members,
)
from tests.scripts.local.standins.conftest import PROJECT


@pytest.fixture
def policies(clients: Clients) -> Clients:
    for name, labels in {"A": {"origin": "conteur", "p": "1"}, "B": {"origin": "other"}}.items():
        policy = edited(POLICY, members(display_name=name, user_labels=labels))
        clients.make_policy(policy)
    return clients


FILTERS = {
    "": "AB",
    'user_labels.origin = "conteur"': "A",
    "user_labels.origin='conteur'": "A",
    'user_label.origin="other"': "B",
    'user_labels.origin = "conteur" AND user_labels.p = "1"': "A",
    'user_labels.origin = "other" AND user_labels.p = "1"': "",
    'display_name = "B"': "B",
    'user_labels.missing = "conteur"': "",
}


@pytest.mark.parametrize(("text", "names"), FILTERS.items())
def test_policies(policies: Clients, text: str, names: str) -> None:
    """A filter leaves the policies whose labels and names are as it says."""
    request = {"name": PROJECT, "filter": text}
    found = policies.policies.list_alert_policies(request=request)
    assert "".join(one.display_name for one in found) == names


def test_channels(clients: Clients) -> None:
    """Channels are found by their type and by the labels of their type."""
    for one in (CHANNEL, SLACK):
        clients.make_channel(one)
    for text in ('type = "slack"', 'labels.channel_name = "#stories"'):
        request = {"name": PROJECT, "filter": text}
        (found,) = clients.channels.list_notification_channels(request=request)
        assert found.type_ == "slack"


@pytest.mark.parametrize(
    "text",
    ["conteur", "user_labels = 1", 'origin = "conteur"', 'user_labels.a = "b" OR type = "c"'],
)
def test_unknown(policies: Clients, text: str) -> None:
    """A filter that the stand-in does not know is refused, not ignored."""
    with pytest.raises(exceptions.InvalidArgument, match="Field filter had an invalid value"):
        policies.policies.list_alert_policies(request={"name": PROJECT, "filter": text})
