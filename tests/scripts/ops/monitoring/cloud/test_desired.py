"""All that should be there."""

from dataclasses import replace

import pytest

from conteur.telemetry.registry import METRICS
from scripts.ops.monitoring.alert import ROOT, AlertsError
from scripts.ops.monitoring.cloud.desired import (
    Desired,
    Goal,
    desired,
    drawn_policies,
    read_sources,
)
from scripts.ops.monitoring.cloud.notify_settings import NotifySettings
from scripts.ops.monitoring.marks import OURS

SOURCES = read_sources(ROOT)
PRODUCTION = Goal("conteur-production", "production", "production")
TEAM = {"ALERT_TEAM_EMAIL": "team@example.com"}


def wanted(**settings: str) -> Desired:
    return desired(SOURCES, PRODUCTION, NotifySettings("the environment", settings))


def test_of_a_team_alone() -> None:
    """With one address each alert has its first level, and every metric its descriptor."""
    found = wanted(**TEAM)
    assert set(found.policies) == {alert.name for alert in SOURCES.alerts}
    assert set(found.descriptors) == {metric.type for metric in METRICS}
    assert found.dashboard["labels"] == OURS
    assert {key for each in found.policies.values() for key in each["notificationChannels"]} == {
        "team-email"
    }


def test_levels() -> None:
    """A later step whose recipient can be reached is a policy of its own, of those who page."""
    found = wanted(**TEAM, ALERT_EMERGENCY_SMS="+33100000000").policies
    assert found["memory_p1 (level 3)"]["notificationChannels"] == ["emergency-sms"]
    assert "memory_p1 (level 2)" not in found
    assert "memory_p2 (level 3)" not in found


def test_who_is_left_out() -> None:
    """A word is said of each recipient without an address, and of none that has one."""
    notes = wanted(**TEAM, ALERT_LEAD_SMS="+33100000000").notes
    assert [note.partition(" is left out")[0] for note in notes] == [
        "page_oncall, level 1: oncall",
        "page_oncall, level 3: emergency",
    ]


def test_nobody() -> None:
    """All silent actions are told at once, with the settings of their first step."""
    with pytest.raises(AlertsError, match="would reach nobody") as refused:
        wanted()
    assert [line.split(":")[0] for line in str(refused.value).splitlines()[1:]] == [
        "- notify_team",
        "- page_oncall",
    ]


def test_an_action_without_alerts() -> None:
    """An action that no alert takes needs nobody."""
    paging = [alert for alert in SOURCES.alerts if alert.action == "page_oncall"]
    settings = NotifySettings("the environment", {"ALERT_ONCALL_SMS": "+33100000000"})
    assert desired(replace(SOURCES, alerts=paging), PRODUCTION, settings).policies


def test_what_is_drawn() -> None:
    """Drawn are all levels, of the alerts that suit the environment."""
    drawn = drawn_policies(SOURCES, PRODUCTION, "")
    assert drawn["memory_p1"]["notificationChannels"][:2] == ["oncall-email", "oncall-pagerduty"]
    assert {"memory_p1 (level 3)", "sweep_not_run"} <= drawn.keys()
    assert "sweep_not_run" not in drawn_policies(SOURCES, Goal("p", "p", "local"), "")
