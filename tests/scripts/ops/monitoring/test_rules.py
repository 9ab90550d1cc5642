"""The alerts as Prometheus reads them."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.ops.monitoring.alert import Alert, read_alerts
from scripts.ops.monitoring.rules import EVALUATION_SECONDS, rules, rules_text

ALERTS = read_alerts()
LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
PROCEDURES = Path(__file__).parents[4] / "docs/procedures"


def rule_of(name: str, **options: str) -> dict[str, Any]:
    groups = rules(ALERTS, **options)["groups"]
    (found,) = [each for group in groups for each in group["rules"] if each["alert"] == name]
    return dict(found)


def names(environment: str) -> list[str]:
    groups = rules(ALERTS, environment)["groups"]
    return [each["alert"] for group in groups for each in group["rules"]]


def test_a_rule_says_what_the_alert_says() -> None:
    """Duration, severity and action are the alert's, and the annotations tell whom it wakes why."""
    rule = rule_of("memory_p1")
    assert (rule["for"], rule["labels"]) == ("5m", {"severity": "P1", "action": "page_oncall"})
    assert rule["annotations"] == {
        "summary": "Memory used",
        "description": "The share of its memory that the fullest instance of a service uses.",
        "condition": "memory > 80% for 5m",
        "runbook_url": "docs/procedures/memory.md",
    }


def test_a_runbook_is_where_the_procedures_are() -> None:
    """Where the pages have an address, the link is a whole one."""
    rule = rule_of("memory_p1", runbooks="https://example.com/procedures/")
    assert rule["annotations"]["runbook_url"] == "https://example.com/procedures/memory.md"


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_a_runbook_is_there(alert: Alert) -> None:
    """No alert leads to a page that is missing."""
    assert (PROCEDURES / f"{alert.runbook}.md").is_file()


def test_an_alert_is_left_out_where_it_does_not_suit() -> None:
    """Nothing runs schedules locally, and whoever works there stops calling."""
    assert set(names("")) - set(names("local")) == {"sweep_not_run", "traffic_stopped"}
    assert names("production") == names("") == [alert.name for alert in ALERTS]


def test_names_are_what_cloud_monitoring_takes() -> None:
    """An alertRule must be a label's valid name, an evaluationInterval a multiple of 30 s."""
    assert all(LABEL.fullmatch(name) for name in names(""))
    assert EVALUATION_SECONDS % 30 == 0


def test_the_text_is_the_rules() -> None:
    """The YAML reads as the rules, and breaks long expressions into lines."""
    text = rules_text(ALERTS)
    assert yaml.safe_load(text) == rules(ALERTS)
    assert "expr: |-\n" in text


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_the_layout_changes_nothing(alert: Alert) -> None:
    """A rule's expression is the alert's but for white space."""
    assert rule_of(alert.name)["expr"].split() != []
    assert "".join(rule_of(alert.name)["expr"].split()) == "".join(alert.expression.split())
