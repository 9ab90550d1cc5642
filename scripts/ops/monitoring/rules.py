"""The alerts as Prometheus's rules: what promtool tests, and a local Prometheus decides by.

Form: https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
"""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from scripts.ops.monitoring.alert import Alert
from scripts.ops.monitoring.promql_layout import laid_out

EVALUATION_SECONDS = 60
"""Between two looks at a condition: instances send a point a minute, and durations are minutes.

Cloud Monitoring takes multiples of 30:
https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#PrometheusQueryLanguageCondition
"""
PROCEDURES = "docs/procedures"

Rules = Mapping[str, Sequence[Mapping[str, Any]]]
"""A rule file's contents."""


def rules(alerts: Sequence[Alert], environment: str = "", runbooks: str = PROCEDURES) -> Rules:
    """Return the rules of the alerts that suit the environment, a group for each subject.

    `runbooks` is the address of the folder of procedures.
    """
    suitable = [alert for alert in alerts if not environment or alert.without != environment]
    return {
        "groups": [
            {
                "name": group,
                "interval": f"{EVALUATION_SECONDS}s",
                "rules": [_rule(each, runbooks) for each in suitable if group_of(each) == group],
            }
            for group in dict.fromkeys(map(group_of, suitable))
        ]
    }


def rules_text(alerts: Sequence[Alert], environment: str = "", runbooks: str = PROCEDURES) -> str:
    """Return the rules as YAML, long expressions broken into lines."""
    written = rules(alerts, environment, runbooks)
    return yaml.dump(written, Dumper=_Dumper, sort_keys=False, width=1000, allow_unicode=True)


def group_of(alert: Alert) -> str:
    """Return the name of the group that the alert's rule is in."""
    return f"conteur_{alert.signal.of}"


def _rule(alert: Alert, runbooks: str) -> Mapping[str, Any]:
    return {
        # Cloud Monitoring's alertRule must be a label's name, as the alerts' names are.
        "alert": alert.name,
        "expr": laid_out(alert.expression),
        "for": f"{alert.minutes}m",
        "labels": {"severity": alert.severity.name, "action": alert.action},
        "annotations": {
            "summary": alert.signal.title,
            "description": alert.signal.what,
            "condition": f"{alert.condition} for {alert.minutes}m",
            "runbook_url": f"{runbooks.rstrip('/')}/{alert.runbook}.md",
        },
    }


class _Dumper(yaml.SafeDumper):
    """Writes text of several lines as it stands."""


def _written(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _written)
