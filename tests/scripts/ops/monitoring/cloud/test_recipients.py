"""The notification channels of the recipients whose addresses are set."""

import pytest
from google.cloud.monitoring_v3 import NotificationChannel
from google.protobuf import json_format

from scripts.ops.monitoring.alert import ROOT, AlertsError
from scripts.ops.monitoring.cloud.channels import Kind, read_channels
from scripts.ops.monitoring.cloud.notify_settings import NotifySettings
from scripts.ops.monitoring.cloud.recipients import Channel, Reachable, find_reachable, keys_of
from scripts.ops.monitoring.marks import OURS

CHANNELS = read_channels(ROOT, [])
KEY = "0123456789abcdef" * 2


def reachable(**values: str) -> Reachable:
    return find_reachable(CHANNELS, NotifySettings("the environment", values))


@pytest.mark.parametrize(
    ("settings", "key", "labels"),
    [
        ({"ALERT_TEAM_EMAIL": "a@b.example"}, "team-email", {"email_address": "a@b.example"}),
        ({"ALERT_LEAD_SMS": "+33100000000"}, "lead-sms", {"number": "+33100000000"}),
        ({"ALERT_ONCALL_PAGERDUTY": KEY}, "oncall-pagerduty", {"service_key": KEY}),
        (
            {"ALERT_TEAM_PUBSUB": "projects/p/topics/t"},
            "team-pubsub",
            {"topic": "projects/p/topics/t"},
        ),
        (
            {"ALERT_TEAM_SLACK": "alerts", "ALERT_TEAM_SLACK_TOKEN": "a-token"},
            "team-slack",
            {"channel_name": "#alerts", "auth_token": "a-token"},
        ),
    ],
)
def test_each_kind(settings: dict[str, str], key: str, labels: dict[str, str]) -> None:
    """An address becomes a channel of Cloud Monitoring's own type, with our labels."""
    (channel,) = reachable(**settings).made.values()
    message = channel.message("p")
    json_format.ParseDict(message, NotificationChannel.pb(NotificationChannel()))
    assert (message["type"], message["labels"]) == (key.partition("-")[2], labels)
    assert message["userLabels"].items() >= {**OURS, "channel": key}.items()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("ALERT_TEAM_EMAIL", "nobody"),
        ("ALERT_TEAM_EMAIL", "ada@example.com, bob@example.com"),
        ("ALERT_ONCALL_SMS", "+33 X XX XX XX XX"),
        ("ALERT_ONCALL_SMS", "0612345678"),
        ("ALERT_ONCALL_PAGERDUTY", "short-key"),
        ("ALERT_TEAM_PUBSUB", "alerts-topic"),
        ("ALERT_TEAM_SLACK", "two words"),
        ("ALERT_TEAM_SLACK", "projects/p/notificationChannels/x"),
    ],
)
def test_a_bad_address(setting: str, value: str) -> None:
    """A bad address is refused by its setting's name, and not repeated."""
    with pytest.raises(AlertsError, match=f"- {setting} is not as .* needs it") as refused:
        reachable(**{setting: value, f"{setting}_TOKEN": "a-token"})
    assert value not in str(refused.value)


def test_all_that_is_wrong() -> None:
    """All bad addresses are told at once, and that Slack needs its token."""
    with pytest.raises(AlertsError) as refused:
        reachable(ALERT_TEAM_EMAIL="x", ALERT_LEAD_SMS="y", ALERT_TEAM_SLACK="#alerts")
    told = str(refused.value).splitlines()
    assert told[0] == "In the environment:"
    assert [line.split()[1] for line in told[1:]] == [
        "ALERT_LEAD_SMS",
        "ALERT_TEAM_EMAIL",
        "ALERT_TEAM_SLACK",
    ]
    assert "ALERT_TEAM_SLACK_TOKEN beside it" in told[-1]


def test_a_channel_made_by_hand() -> None:
    """The name of a channel is used as it is, whatever its kind; no token is needed."""
    name = "projects/p/notificationChannels/123"
    found = reachable(ALERT_TEAM_SLACK=name)
    assert (found.named["team-slack"].name, found.made) == (name, {})
    assert found.keys_of(CHANNELS, ("oncall", "team")) == ("team-slack",)


def test_the_ways_to_recipients() -> None:
    """Each way has a key, of recipient and kind."""
    assert keys_of(CHANNELS, ("lead", "emergency", "lead")) == (
        "emergency-email",
        "emergency-sms",
        "lead-email",
        "lead-sms",
    )


def test_a_fingerprint() -> None:
    """It tells one secret from another, and neither what it is nor that two places share it."""
    one, other = (Channel("a-slack", Kind.SLACK, {"auth_token": each}) for each in ("x", "y"))
    assert one.fingerprint("p") == one.fingerprint("p") != other.fingerprint("p")
    assert one.fingerprint("p") != one.fingerprint("q")
    assert "'x'" not in repr(one)
