"""Each rule on a notification channel: what just passes it, and what just does not."""

import pytest
from google.api_core import exceptions

from tests.scripts.local.standins.cloud_monitoring.clients import Clients
from tests.scripts.local.standins.cloud_monitoring.examples import (
    CHANNEL,
    SLACK,
    Message,
    edited,
    members,
)
from tests.scripts.local.standins.conftest import PROJECT


def channel(kind: str, **labels: str) -> Message:
    return {"type_": kind, "labels": labels}


def described(**values: object) -> Message:
    return edited(CHANNEL, members(**values))


def create(clients: Clients, given: Message) -> None:
    clients.make_channel(given)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(CHANNEL, id="email"),
        pytest.param(SLACK, id="slack"),
        pytest.param(channel("sms", number="+15550100"), id="sms"),
        pytest.param(channel("pagerduty", service_key="not-a-real-key"), id="pagerduty"),
        pytest.param(channel("pubsub", topic=f"{PROJECT}/topics/alerts"), id="pubsub"),
        pytest.param(described(display_name="n" * 512), id="longest name"),
        pytest.param(described(description="d" * 1024), id="longest description"),
        pytest.param(described(user_labels={"a": "b"}), id="user label"),
    ],
)
def test_taken(clients: Clients, given: Message) -> None:
    """Each type with its labels is taken, and what is at a limit."""
    create(clients, given)


REFUSED = {
    "unknown type": (channel("pigeon"), 'type had an invalid value of "pigeon"'),
    "no type": (channel(""), "type had an invalid value"),
    "no address": (channel("email"), r"missing field .*labels\[email_address\]"),
    "empty address": (channel("email", email_address=""), "must NOT be empty|NOT be empty"),
    "no address in it": (channel("email", email_address="on-call"), "not an address"),
    "no number": (channel("sms"), r"labels\[number\]"),
    "no token": (channel("slack", channel_name="#a"), r"labels\[auth_token\]"),
    "no channel": (edited(SLACK, members(labels={"auth_token": "t"})), r"labels\[channel_name\]"),
    "no key": (channel("pagerduty"), r"labels\[service_key\]"),
    "no topic": (channel("pubsub"), r"labels\[topic\]"),
    "label of another type": (
        channel("email", email_address="on-call@example.com", topic="t"),
        'invalid key "topic"',
    ),
    "hidden key": (channel("pagerduty", service_key="****-key"), "it is obscured"),
    "name too long": (described(display_name="n" * 513), "display_name is longer"),
    "description too long": (described(description="d" * 1025), "description is longer"),
    "capital in a user label": (described(user_labels={"A": "b"}), 'invalid key "A"'),
}


@pytest.mark.parametrize(("given", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(clients: Clients, given: Message, message: str) -> None:
    """What is past a limit, or lacks a label, is refused as INVALID_ARGUMENT, and not kept."""
    with pytest.raises(exceptions.InvalidArgument, match=message):
        create(clients, given)
    assert not list(clients.channels.list_notification_channels(name=PROJECT))
