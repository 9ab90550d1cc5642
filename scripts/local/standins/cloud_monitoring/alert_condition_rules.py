"""What Cloud Monitoring refuses in an alert policy's conditions, one rule a function.

A rule answers the message of its refusal, or None. Where a rule names no other source it is the
field's description in https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies
That a query is PromQL is not checked.
"""

import re
from collections.abc import Callable

from scripts.local.standins.cloud_monitoring.alert_policy_rules import Policy, Rule
from scripts.local.standins.server import Message

MAX_CONDITIONS = 6
MINUTE = 60
HALF_MINUTE = 30
MAX_RULE_NAME = 2_048
PROMQL = "condition_prometheus_query_language"
ALONE = {PROMQL, "condition_monitoring_query_language", "condition_matched_log"}
IN_MINUTES = {
    "condition_threshold": 0,
    "condition_absent": 2 * MINUTE,
    "condition_monitoring_query_language": 0,
}
"""The kinds whose duration is in whole minutes, and the shortest of each."""
LABEL_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
CUSTOM_METRIC = re.compile(r"custom_googleapis_com:(\w+)")
PART_OF_HISTOGRAM = re.compile(r"_(bucket|sum|count)$")


def count(checked: Policy) -> str | None:
    """A policy has one to six conditions."""
    if 1 <= len(checked.policy.conditions) <= MAX_CONDITIONS:
        return None
    return f"Field alert_policy.conditions must have 1 to {MAX_CONDITIONS} entries."


def alone(checked: Policy) -> str | None:
    """A condition that is a query, or that reads logs, is the only one.

    Sources: https://cloud.google.com/monitoring/promql/create-promql-alerts (PromQL),
    https://github.com/chainguard-dev/terraform-infra-common/pull/384 (logs)
    """
    kinds = [_kind(condition) for condition in checked.policy.conditions]
    if len(kinds) == 1 or not ALONE & set(kinds):
        return None
    return f"Alert policies with a {min(ALONE & set(kinds))} can only have a single condition."


def names(checked: Policy) -> str | None:
    """A condition's name is one that the policy has given before."""
    former = checked.former
    known = set() if former is None else {one.name for one in former.conditions}
    for index, condition in enumerate(checked.policy.conditions):
        if condition.name and condition.name not in known:
            return (
                f"Field alert_policy.conditions[{index}].name had an invalid value of "
                f'"{condition.name}": not a condition of this policy.'
            )
    return None


def each(check: Callable[[str, str, Message], str | None]) -> Rule:
    """Return the rule that holds if `check` holds of each condition.

    It is given the name of the condition's field, its kind, and what its kind holds.
    """

    def rule(checked: Policy) -> str | None:
        for index, condition in enumerate(checked.policy.conditions):
            kind = _kind(condition)
            field = f"alert_policy.conditions[{index}]"
            problem = check(field, kind, getattr(condition, kind) if kind else condition)
            if problem:
                return problem
        return None

    return rule


def _present(field: str, kind: str, _: Message) -> str | None:
    """A condition is of a kind.

    Source: https://github.com/GoogleCloudPlatform/php-docs-samples/issues/1231
    """
    if kind:
        return None
    return (
        f'Field {field}.condition_case had an invalid value of "0": Condition subtype '
        '(e.g. "condition_absent","condition_threshold", etc.) is absent or unknown.'
    )


def _query(field: str, kind: str, held: Message) -> str | None:
    """A query is not empty."""
    if kind != PROMQL or held.query.strip():
        return None
    return f"Request was missing field {field}.{kind}.query"


def _duration(field: str, kind: str, held: Message) -> str | None:
    """A duration is not below 0, and in whole minutes unless the condition is PromQL.

    Source: https://github.com/GoogleCloudPlatform/monitoring-dashboard-samples/pull/179
    """
    if kind not in {PROMQL, *IN_MINUTES}:
        return None
    seconds = held.duration.seconds
    if seconds < IN_MINUTES.get(kind, 0):
        return f'Field {field}.{kind}.duration had an invalid value of "{seconds}s": too short'
    if kind != PROMQL and seconds % MINUTE:
        return (
            f'Field {field}.{kind}.duration had an invalid value of "{seconds}s": '
            "only multiples of 1 minute are supported"
        )
    return None


def _evaluation_interval(field: str, kind: str, held: Message) -> str | None:
    """PromQL is evaluated every 30 seconds, or every multiple of that."""
    if kind != PROMQL or not held.HasField("evaluation_interval"):
        return None
    interval = held.evaluation_interval
    if interval.seconds > 0 and interval.seconds % HALF_MINUTE == 0 and not interval.nanos:
        return None
    return (
        f"Field {field}.{kind}.evaluation_interval had an invalid value of "
        f'"{interval.seconds}s": must be a positive multiple of 30 seconds'
    )


def _rule_names(field: str, kind: str, held: Message) -> str | None:
    """A group's name has at most 2048 characters; an alert's as well, and it is a label's name."""
    if kind != PROMQL:
        return None
    if len(held.rule_group) > MAX_RULE_NAME:
        return f"Field {field}.{kind}.rule_group is longer than {MAX_RULE_NAME} characters."
    if held.alert_rule and not _is_label_name(held.alert_rule):
        return f'Field {field}.{kind}.alert_rule had an invalid value of "{held.alert_rule}".'
    return None


def _labels(field: str, kind: str, held: Message) -> str | None:
    """Labels that are added to a PromQL result have a label's name.

    Source: https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels
    """
    if kind == PROMQL:
        for name in held.labels:
            if not _is_label_name(name):
                return f'Field {field}.{kind}.labels had an invalid key "{name}".'
    return None


def metrics_exist(checked: Policy) -> str | None:
    """A query's metrics exist, unless it says that this is not to be checked.

    Sources: disableMetricValidation, https://github.com/superserve-ai/sandbox/pull/370. Custom
    metrics are checked only, for the stand-in knows no others.
    """
    if checked.metrics is None:
        return None
    known = {re.sub(r"\W", "_", kind.partition("/")[2]) for kind in checked.metrics}
    for condition in checked.policy.conditions:
        held = condition.condition_prometheus_query_language
        if held.disable_metric_validation:
            continue
        for name in CUSTOM_METRIC.findall(held.query):
            if not {name, PART_OF_HISTOGRAM.sub("", name)} & known:
                return (
                    f'Cannot find metric(s) that match type = "custom_googleapis_com:{name}". '
                    "If a metric was created recently, it could take up to 10 minutes to become "
                    "available. Please try again soon."
                )
    return None


def _is_label_name(text: str) -> bool:
    return len(text) <= MAX_RULE_NAME and LABEL_NAME.fullmatch(text) is not None


def _kind(condition: Message) -> str:
    """Return the name of the field that holds the condition, empty if there is none."""
    return condition.WhichOneof("condition") or ""


CONDITION_RULES: tuple[Rule, ...] = (
    count,
    each(_present),
    alone,
    names,
    each(_query),
    each(_duration),
    each(_evaluation_interval),
    each(_rule_names),
    each(_labels),
)
