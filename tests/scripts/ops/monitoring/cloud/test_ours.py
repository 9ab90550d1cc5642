"""What of a project is ours."""

from typing import Any

import pytest

from scripts.ops.monitoring.cloud.ours import (
    Ours,
    channels_of,
    dashboards_of,
    is_renamed,
    policies_of,
)
from scripts.ops.monitoring.marks import OURS

NAME = "conteur_stories/memory_p1 (level 2)"
POLICY = {**OURS, "alert": "memory_p1", "level": "2"}
CHANNEL = {**OURS, "channel": "team-email", "fingerprint": "0"}
SERVICE = {"service": "conteur"}


def keys(ours: Ours) -> list[str]:
    return list(ours.by_key)


def one(name: str, **labels: dict[str, str]) -> list[dict[str, Any]]:
    return [{"name": "x/1", "displayName": name, **labels}]


def test_what_is_ours() -> None:
    """What has all our labels and our name is ours, by the key that its labels say."""
    assert keys(policies_of(one(NAME, userLabels=POLICY))) == ["memory_p1 (level 2)"]
    assert keys(channels_of(one("by any name", userLabels=CHANNEL))) == ["team-email"]
    assert keys(dashboards_of(one("conteur", labels=dict(OURS)))) == ["conteur"]


def test_labels_of_somebodys_own() -> None:
    """Labels that somebody has put on ours beside our own change nothing."""
    assert keys(policies_of(one(NAME, userLabels={**POLICY, "team": "sre"})))


@pytest.mark.parametrize("label", POLICY)
def test_a_policy_without_one_of_our_labels(label: str) -> None:
    """A policy needs every one of our labels, with its value where that is ours alone."""
    assert not keys(policies_of(one(NAME, userLabels=without(POLICY, label))))
    assert not keys(policies_of(one(NAME, userLabels={**POLICY, label: "x"})))


@pytest.mark.parametrize("label", CHANNEL)
def test_a_channel_without_one_of_our_labels(label: str) -> None:
    """A channel needs every one of our labels."""
    assert not keys(channels_of(one("conteur: team-email", userLabels=without(CHANNEL, label))))


@pytest.mark.parametrize(
    ("name", "labels"), [("conteur", SERVICE), ("conteur", {}), ("Copy of conteur", dict(OURS))]
)
def test_another_dashboard(name: str, labels: dict[str, str]) -> None:
    """A dashboard needs our labels and our name."""
    assert not keys(dashboards_of(one(name, labels=labels)))


@pytest.mark.parametrize(
    "name",
    [
        *("Copy of " + NAME, NAME + " copy", "memory_p1 (level 2)", "mine"),
        *("conteur_stories/memory_p1", "other_stories/memory_p1 (level 2)"),
    ],
)
def test_a_renamed_policy(name: str) -> None:
    """A policy with all our labels and another name is none of ours, and known as that."""
    (policy,) = one(name, userLabels=POLICY)
    assert not keys(policies_of([policy]))
    assert is_renamed(policy)
    assert not is_renamed({**policy, "displayName": NAME})
    assert not is_renamed({**policy, "userLabels": SERVICE})


def test_what_is_there_twice() -> None:
    """Of two of the same key the earlier one is kept."""
    first, second = (
        {"name": name, "displayName": NAME, "userLabels": POLICY} for name in ("x/1", "x/2")
    )
    ours = policies_of([second, first])
    assert ours.without(["memory_p1 (level 2)"]) == [second]
    assert ours.without([]) == [first, second]


def without(labels: dict[str, str], label: str) -> dict[str, str]:
    return {key: value for key, value in labels.items() if key != label}
