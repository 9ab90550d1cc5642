"""The alert policies, held against Cloud Monitoring's own types and our metrics."""

import re
from dataclasses import replace

import pytest
from google.cloud.monitoring_v3 import AlertPolicy
from google.protobuf import json_format

from conteur.telemetry.registry import METRICS
from scripts.ops.monitoring.alert import ROOT, Alert, AlertsError, read_alerts
from scripts.ops.monitoring.cloud.policies import Level, Reader, policy, with_names
from scripts.ops.monitoring.cloud.recipients import Message
from scripts.ops.monitoring.marks import OURS
from scripts.ops.monitoring.promql import name_of
from scripts.ops.monitoring.rules import group_of

ALERTS = {alert.name: alert for alert in read_alerts()}
READER = Reader("production", "")
FIRST, SECOND = Level(1, 2, 0, ("oncall-sms", "team-email")), Level(2, 2, 15, ("lead-email",))
NAME = re.compile(r"custom_googleapis_com:\w+")
PARTS = ("", "_bucket", "_sum", "_count")
NAMED = {name_of(metric) + part for metric in METRICS for part in PARTS}


def condition(message: Message) -> Message:
    (only,) = message["conditions"]
    asked: Message = only["conditionPrometheusQueryLanguage"]
    return asked


@pytest.mark.parametrize("level", [FIRST, SECOND])
@pytest.mark.parametrize("alert", ALERTS.values(), ids=lambda alert: alert.name)
def test_cloud_monitoring_knows_every_field(alert: Alert, level: Level) -> None:
    """A policy is one of the API's, says what to do, and no field of it is misspelt."""
    read = json_format.ParseDict(policy(alert, level, READER), AlertPolicy.pb(AlertPolicy()))
    assert read.combiner == AlertPolicy.ConditionCombinerType.OR
    assert AlertPolicy.Severity(read.severity).name == alert.severity
    assert len(read.documentation.content) < 8_192
    assert [each.WhichOneof("condition") for each in read.conditions] == [
        "condition_prometheus_query_language"
    ]


@pytest.mark.parametrize("alert", ALERTS.values(), ids=lambda alert: alert.name)
def test_only_our_metrics_are_asked_for(alert: Alert) -> None:
    """Each query names metrics that are sent, on the resource that they are sent on."""
    query = condition(policy(alert, FIRST, READER))["query"]
    names = NAME.findall(query)
    assert names
    assert set(names) <= NAMED
    assert query.count('{monitored_resource="generic_task"') == len(names)


@pytest.mark.parametrize("alert", ALERTS.values(), ids=lambda alert: alert.name)
def test_each_runbook_is_there(alert: Alert) -> None:
    """What an alert says to read has been written."""
    assert (ROOT / f"docs/procedures/{alert.runbook}.md").is_file()


def test_the_condition() -> None:
    """A policy has the query, duration and names of the Prometheus rule of its alert."""
    alert = ALERTS["memory_p1"]
    assert condition(policy(alert, FIRST, READER)) == {
        "query": alert.expression,
        "duration": "300s",
        "evaluationInterval": "60s",
        "ruleGroup": group_of(alert),
        "alertRule": "memory_p1",
        "labels": {"severity": "P1", "action": "page_oncall"},
        "disableMetricValidation": True,
    }


def test_a_later_level() -> None:
    """A later step is a policy of its own, whose alert has to fire for longer."""
    message = policy(ALERTS["memory_p1"], SECOND, READER)
    assert message["displayName"] == "conteur_stories/memory_p1 (level 2)"
    assert message["userLabels"] == {**OURS, "alert": "memory_p1", "level": "2"}
    assert (condition(message)["duration"], message["notificationChannels"]) == (
        "1200s",
        ["lead-email"],
    )
    told = message["documentation"]["content"]
    assert "for 20 min without a break" in told
    assert "15 min after level 1" in told


def test_what_it_says() -> None:
    """Who is woken up reads what it means, when it fires, what to do and where to look."""
    told = policy(ALERTS["stories_slow_p1"], FIRST, READER)["documentation"]["content"]
    assert told.startswith("P1, level 1 of 2. The seconds within which 95 % of stories")
    assert "`execution_time > 30s` has held for 5 min without a break, with 20 samples" in told
    assert "`docs/procedures/slow-stories.md`" in told
    assert "`scripts/metrics -P production stories.execution_time`" in told
    assert "`firebase functions:log -P production --only generate-story`" in told


def test_a_link_to_the_runbook() -> None:
    """Where runbooks can be read, a policy links to its own; the log may be all functions'."""
    reader = Reader("production", "https://x.example/docs")
    told = policy(ALERTS["no_traffic_after_deploy"], FIRST, reader)["documentation"]
    url = "https://x.example/docs/no-traffic.md"
    assert told["links"] == [{"displayName": "Runbook: no-traffic", "url": url}]
    assert f"[docs/procedures/no-traffic.md]({url})" in told["content"]
    assert "functions:log -P production`" in told["content"]


@pytest.mark.parametrize(("name", "reminded"), [("memory_p1", True), ("memory_p2", False)])
def test_reminders(name: str, *, reminded: bool) -> None:
    """What wakes somebody up says every hour that it is still there; the rest says it once."""
    strategy = policy(ALERTS[name], FIRST, READER)["alertStrategy"]
    every = [each["renotifyInterval"] for each in strategy["notificationChannelStrategy"]]
    assert every == ["3600s"] * reminded


def test_what_sends_no_more() -> None:
    """An incident whose series have ended is closed in half an hour, and that is told."""
    strategy = policy(ALERTS["memory_p1"], FIRST, READER)["alertStrategy"]
    assert strategy["autoClose"] == "1800s"
    assert strategy["notificationPrompts"] == ["OPENED", "CLOSED"]


def test_names_of_channels() -> None:
    """Names take the place of keys wherever a policy has them; a key without one stays."""
    message = with_names(policy(ALERTS["memory_p1"], FIRST, READER), {"team-email": "channels/1"})
    assert message["notificationChannels"] == ["channels/1", "oncall-sms"]
    (reminder,) = message["alertStrategy"]["notificationChannelStrategy"]
    assert reminder["notificationChannelNames"] == ["channels/1", "oncall-sms"]


def test_too_late_a_level() -> None:
    """A level that Cloud Monitoring would refuse is refused before."""
    late = replace(SECOND, minutes=24 * 60)
    with pytest.raises(AlertsError, match="memory_p1: its level 2 would fire after 1445 minutes"):
        policy(ALERTS["memory_p1"], late, READER)


def test_a_spent_budget_pages() -> None:
    """That stories are refused for the budget pages after a minute; 80 % of it is for the day."""
    spent, nearly = (ALERTS[name] for name in ("budget_spent", "budget_nearly_spent"))
    assert policy(spent, FIRST, READER)["severity"] == "CRITICAL"
    assert condition(policy(spent, FIRST, READER))["duration"] == "60s"
    assert policy(nearly, FIRST, READER)["severity"] == "ERROR"
    assert condition(policy(nearly, FIRST, READER))["query"].endswith("> 0.8")
