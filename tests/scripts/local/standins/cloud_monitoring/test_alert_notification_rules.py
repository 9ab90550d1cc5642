"""Each rule on how an alert policy notifies: what just passes it, and what just does not."""

import pytest
from google.api_core import exceptions

from tests.scripts.local.standins.cloud_monitoring.clients import Clients
from tests.scripts.local.standins.cloud_monitoring.examples import (
    CHANNEL,
    POLICY,
    Edit,
    edited,
    members,
)
from tests.scripts.local.standins.conftest import PROJECT

UNKNOWN = f"{PROJECT}/notificationChannels/1"
LOGS = members(conditions=[{"condition_matched_log": {"filter": "severity = ERROR"}}])
LIMITED = {"notification_rate_limit": {"period": {"seconds": 300}}}


def strategy(**values: object) -> Edit:
    return members(alert_strategy=values)


def create(clients: Clients, *edits: Edit) -> None:
    clients.make_policy(edited(POLICY, *edits))


@pytest.fixture
def channel(clients: Clients) -> str:
    made = clients.make_channel(CHANNEL)
    return str(made.name)


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param([strategy(auto_close={"seconds": 1800})], id="half an hour"),
        pytest.param([strategy(notification_prompts=["OPENED"])], id="opened only"),
        pytest.param([strategy(notification_prompts=["OPENED", "CLOSED"])], id="closed as well"),
        pytest.param([LOGS, strategy(**LIMITED)], id="limit on logs"),
    ],
)
def test_taken(clients: Clients, edits: list[Edit]) -> None:
    """What is at a limit, and not past it, is taken."""
    create(clients, *edits)


REFUSED = {
    "close too early": ([strategy(auto_close={"seconds": 1799})], "at least 30 minutes"),
    "closed only": ([strategy(notification_prompts=["CLOSED"])], "notificationPrompts had"),
    "no prompt": ([strategy(notification_prompts=[0])], "notificationPrompts had"),
    "limit on metrics": ([strategy(**LIMITED)], "must not specify a notification rate limit"),
    "logs without a limit": ([LOGS], "log-based alert policies must"),
    "short name": ([members(notification_channels=["email"])], "Name must begin with"),
    "17 channels": ([members(notification_channels=[UNKNOWN] * 17)], "more than 16 entries"),
    "strategy for another channel": (
        [strategy(notification_channel_strategy=[{"notification_channel_names": [UNKNOWN]}])],
        "not one of the policy's",
    ),
}


@pytest.mark.parametrize(("edits", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(clients: Clients, edits: list[Edit], message: str) -> None:
    """What is past a limit is refused as INVALID_ARGUMENT."""
    with pytest.raises(exceptions.InvalidArgument, match=message):
        create(clients, *edits)


def test_known_channel(clients: Clients, channel: str) -> None:
    """A policy notifies channels that exist, 16 at most, each in a way of its own."""
    reminded = {"notification_channel_names": [channel], "renotify_interval": {"seconds": 3600}}
    create(
        clients,
        members(notification_channels=[channel] * 16),
        strategy(notification_channel_strategy=[reminded]),
    )


def test_unknown_channel(clients: Clients, channel: str) -> None:
    """A policy that notifies a channel that does not exist is refused, as NOT_FOUND."""
    with pytest.raises(exceptions.NotFound, match=f"not found: {UNKNOWN}"):
        create(clients, members(notification_channels=[channel, UNKNOWN]))
