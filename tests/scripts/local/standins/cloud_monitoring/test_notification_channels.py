"""The stand-in for notification channels, seen through the real client library."""

import pytest
from google.api_core import exceptions
from google.cloud import monitoring_v3 as api

from tests.scripts.local.standins.cloud_monitoring.clients import Clients, is_enabled, written_at
from tests.scripts.local.standins.cloud_monitoring.examples import (
    CHANNEL,
    POLICY,
    SLACK,
    Message,
    edited,
    members,
)
from tests.scripts.local.standins.conftest import PROJECT, START, Clock

Status = api.NotificationChannel.VerificationStatus


def create(clients: Clients, channel: Message = CHANNEL) -> api.NotificationChannel:
    return clients.make_channel(channel)


def update(clients: Clients, channel: Message, *paths: str) -> api.NotificationChannel:
    request = {"notification_channel": channel, "update_mask": {"paths": list(paths)}}
    return clients.channels.update_notification_channel(request)


def test_what_the_server_fills_in(clients: Clients) -> None:
    """A new channel gets a name, is enabled, and has a record of its creation."""
    made = create(clients)
    assert made.name.startswith(f"{PROJECT}/notificationChannels/")
    assert is_enabled(made)
    assert written_at(made.creation_record) == START + 60
    assert len(made.mutation_records) == 1


def test_reading(clients: Clients) -> None:
    """A channel is read back as it was answered, alone and in a list."""
    made = create(clients)
    assert clients.channels.get_notification_channel(name=made.name) == made
    assert list(clients.channels.list_notification_channels(name=PROJECT)) == [made]


def test_sensitive_label(clients: Clients) -> None:
    """Of what is sensitive only the last four characters come back, whatever is asked."""
    made = create(clients, SLACK)
    (listed,) = clients.channels.list_notification_channels(name=PROJECT)
    read = clients.channels.get_notification_channel(name=made.name)
    assert {one.labels["auth_token"] for one in (made, listed, read)} == {"************oken"}
    assert read.labels["channel_name"] == "#stories"


def test_short_sensitive_label(clients: Clients) -> None:
    """What is sensitive and short does not come back whole."""
    key = {"type_": "pagerduty", "labels": {"service_key": "abcd"}}
    assert create(clients, key).labels["service_key"] == "*bcd"


def test_updating(clients: Clients, clock: Clock) -> None:
    """With a mask the fields that it names change, and the change is on record."""
    made = create(clients, SLACK)
    clock.now += 60
    changed = update(clients, {"name": made.name, "user_labels": {"a": "b"}}, "user_labels")
    assert dict(changed.user_labels) == {"a": "b"}
    assert changed.labels == made.labels
    assert changed.creation_record == made.creation_record
    assert written_at(changed.mutation_records[1]) == START + 120


def test_masked_value(clients: Clients) -> None:
    """What was read with its characters hidden is refused when it is written back."""
    made = create(clients, SLACK)
    with pytest.raises(exceptions.InvalidArgument, match="it is obscured"):
        clients.channels.update_notification_channel(notification_channel=made)


def test_type_in_a_mask(clients: Clients) -> None:
    """A mask names the type as it is called on the wire."""
    made = create(clients)
    change = edited(SLACK, members(name=made.name))
    assert update(clients, change, "type", "labels").type_ == "slack"


def test_verification(clients: Clients) -> None:
    """A number has to be verified by its owner, an address has not."""
    sms = create(clients, {"type_": "sms", "labels": {"number": "+15550100"}})
    assert sms.verification_status == Status.UNVERIFIED
    assert create(clients).verification_status == Status.VERIFICATION_STATUS_UNSPECIFIED


def test_verification_by_the_caller(clients: Clients) -> None:
    """No caller can write that a channel is verified."""
    with pytest.raises(exceptions.InvalidArgument, match="verification_status"):
        create(clients, edited(CHANNEL, members(verification_status=Status.VERIFIED)))
    made = create(clients)
    change = {"name": made.name, "verification_status": Status.VERIFIED}
    with pytest.raises(exceptions.InvalidArgument, match="verification_status"):
        update(clients, change, "verification_status")


def test_deleting(clients: Clients) -> None:
    """A channel that no policy notifies is deleted without more ado."""
    name = create(clients).name
    clients.channels.delete_notification_channel(name=name)
    with pytest.raises(exceptions.NotFound):
        clients.channels.get_notification_channel(name=name)


def test_deleting_in_use(clients: Clients) -> None:
    """A channel that a policy notifies is deleted by force only."""
    name = create(clients).name
    policy = edited(POLICY, members(notification_channels=[name]))
    clients.make_policy(policy)
    with pytest.raises(exceptions.FailedPrecondition, match="still being referenced by"):
        clients.channels.delete_notification_channel(name=name)
    clients.channels.delete_notification_channel(name=name, force=True)
    assert not list(clients.channels.list_notification_channels(name=PROJECT))


def test_types(clients: Clients) -> None:
    """The service describes its types by their labels."""
    types = list(clients.channels.list_notification_channel_descriptors(name=PROJECT))
    assert {one.type_ for one in types} == {"email", "sms", "pagerduty", "slack", "pubsub"}
    for one in types:
        assert clients.channels.get_notification_channel_descriptor(name=one.name) == one
        assert one.labels


def test_unknown_type(clients: Clients) -> None:
    """A type that does not exist is not described."""
    with pytest.raises(exceptions.NotFound):
        clients.channels.get_notification_channel_descriptor(
            name=f"{PROJECT}/notificationChannelDescriptors/pigeon"
        )
