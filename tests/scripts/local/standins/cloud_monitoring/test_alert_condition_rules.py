"""Each rule on an alert policy's conditions: what just passes it, and what just does not."""

import pytest
from google.api_core import exceptions

from scripts.local.standins.google_api import GoogleApi
from tests.scripts.local.standins.cloud_monitoring.clients import Clients
from tests.scripts.local.standins.cloud_monitoring.examples import (
    POLICY,
    Edit,
    Message,
    edited,
    members,
)
from tests.scripts.local.standins.conftest import PROJECT, TYPE

PROMQL = "condition_prometheus_query_language"
THRESHOLD = {"condition_threshold": {"filter": 'metric.type = "a"', "duration": {"seconds": 60}}}
MQL = "condition_monitoring_query_language"


def conditions(*given: Message) -> Edit:
    return members(conditions=list(given))


def promql(**values: object) -> Edit:
    return lambda made: made["conditions"][0][PROMQL].update(values)


def seconds(number: int) -> dict[str, int]:
    return {"seconds": number}


def of_kind(kind: str, duration: int) -> Edit:
    return conditions({kind: {"duration": seconds(duration)}})


def create(clients: Clients, edit: Edit) -> None:
    clients.make_policy(edited(POLICY, edit))


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(conditions(*[THRESHOLD] * 6), id="most conditions"),
        pytest.param(promql(duration=seconds(0)), id="at once"),
        pytest.param(promql(duration=seconds(61)), id="PromQL's duration is free"),
        pytest.param(promql(evaluation_interval=seconds(30)), id="most often"),
        pytest.param(promql(rule_group="g" * 2048, alert_rule="a" * 2048), id="longest names"),
        pytest.param(promql(labels={"_severity1": "any text"}), id="label"),
        pytest.param(of_kind("condition_absent", 120), id="shortest absence"),
        pytest.param(of_kind(MQL, 60), id="MQL for a minute"),
    ],
)
def test_taken(clients: Clients, edit: Edit) -> None:
    """What is at a limit, and not past it, is taken."""
    create(clients, edit)


REFUSED = {
    "no condition": (conditions(), "must have 1 to 6 entries"),
    "too many conditions": (conditions(*[THRESHOLD] * 7), "must have 1 to 6 entries"),
    "no kind": (conditions({"display_name": "c"}), "Condition subtype"),
    "PromQL not alone": (
        conditions({PROMQL: {"query": "up"}}, THRESHOLD),
        "can only have a single condition",
    ),
    "named beforehand": (
        conditions({**THRESHOLD, "name": f"{PROJECT}/alertPolicies/1/conditions/2"}),
        "not a condition of this policy",
    ),
    "empty query": (promql(query=" "), "missing field"),
    "negative duration": (promql(duration=seconds(-1)), "too short"),
    "half a minute": (of_kind("condition_threshold", 30), "only multiples of 1 minute"),
    "MQL for half a minute": (of_kind(MQL, 30), "only multiples of 1 minute"),
    "absent for a minute": (of_kind("condition_absent", 60), "too short"),
    "interval of 45 s": (promql(evaluation_interval=seconds(45)), "multiple of 30 seconds"),
    "interval of 0": (promql(evaluation_interval=seconds(0)), "multiple of 30 seconds"),
    "group's name too long": (promql(rule_group="g" * 2049), "rule_group is longer"),
    "alert's name too long": (promql(alert_rule="a" * 2049), "alert_rule had an invalid"),
    "alert's name with a dash": (promql(alert_rule="a-b"), "alert_rule had an invalid"),
    "label with a dash": (promql(labels={"a-b": "v"}), 'invalid key "a-b"'),
}


@pytest.mark.parametrize(("edit", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(clients: Clients, edit: Edit, message: str) -> None:
    """What is past a limit is refused as INVALID_ARGUMENT."""
    with pytest.raises(exceptions.InvalidArgument, match=message):
        create(clients, edit)


COUNTED = "sum(rate(custom_googleapis_com:conteur_executions[5m])) > 1"
BUCKETS = COUNTED.replace("executions", "executions_bucket")


def describe(clients: Clients) -> None:
    descriptor = {"type": TYPE, "metric_kind": "CUMULATIVE", "value_type": "INT64"}
    clients.metrics.create_metric_descriptor(name=PROJECT, metric_descriptor=descriptor)


@pytest.mark.parametrize("query", [COUNTED, BUCKETS])
def test_known_metric(clients: Clients, query: str) -> None:
    """A query may ask for a metric that has a descriptor, and for the buckets of one."""
    describe(clients)
    create(clients, promql(query=query))


def test_unknown_metric(clients: Clients) -> None:
    """A query that asks for a metric without a descriptor is refused, as NOT_FOUND."""
    describe(clients)
    other = COUNTED.replace("executions", "other")
    with pytest.raises(exceptions.NotFound, match=r"Cannot find metric\(s\).*conteur_other"):
        create(clients, promql(query=other))


def test_metric_of_later(cloud: GoogleApi, clients: Clients) -> None:
    """A condition can say that its metrics need not exist yet."""
    create(clients, promql(query=COUNTED, disable_metric_validation=True))
    assert cloud.metrics.described("demo-conteur") == frozenset()
