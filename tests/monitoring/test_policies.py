"""The alert policies, held against Cloud Monitoring's own types and our metrics."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from google.cloud.monitoring_v3 import AlertPolicy
from google.protobuf import json_format

from conteur.telemetry.registry import METRICS

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "monitoring").glob("*.json"))
# How PromQL names Cloud Monitoring's metrics: the first slash is a colon, the rest underscores.
# https://cloud.google.com/monitoring/promql/promql-mapping
NAME = re.compile(r"custom_googleapis_com:\w+")
NAMED = {re.sub(r"[./]", "_", each.type).replace("_com_", "_com:", 1) for each in METRICS}


def policy(name: str) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads((ROOT / "monitoring" / name).read_text())
    return parsed


def queries(one: dict[str, Any]) -> list[dict[str, Any]]:
    return [each["conditionPrometheusQueryLanguage"] for each in one["conditions"]]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_cloud_monitoring_knows_every_field(path: Path) -> None:
    """A policy is one of the API's, says what to do, and no field of it is misspelt."""
    read = json_format.ParseDict(json.loads(path.read_text()), AlertPolicy.pb(AlertPolicy()))
    assert read.documentation.content
    assert read.combiner == AlertPolicy.ConditionCombinerType.OR
    assert [each.WhichOneof("condition") for each in read.conditions] == [
        "condition_prometheus_query_language"
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_only_our_metrics_are_asked_for(path: Path) -> None:
    """Each query names metrics that are sent, on the resource that they are sent on."""
    for query in queries(json.loads(path.read_text())):
        names = NAME.findall(query["query"])
        assert names
        assert set(names) <= NAMED
        assert query["query"].count('{monitored_resource="generic_task"}') == len(names)


def test_a_spent_budget_pages() -> None:
    """That stories are refused for the budget pages after a minute; 80 % of it is a warning."""
    (stopped,) = queries(policy("spend-stop.json"))
    assert policy("spend-stop.json")["severity"] == "CRITICAL"
    assert (stopped["duration"], "conteur_budget_stopped" in stopped["query"]) == ("60s", True)
    (used,) = queries(policy("spend-warning.json"))
    assert policy("spend-warning.json")["severity"] == "WARNING"
    assert used["query"].endswith("> 0.8")
