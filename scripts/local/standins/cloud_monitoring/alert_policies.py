"""A stand-in for Cloud Monitoring's alert policies that refuses what the real one refuses.

What it takes is kept, never evaluated: a local Prometheus does that.
"""

import time
from collections.abc import Callable, Mapping

from google.cloud import monitoring_v3 as api
from google.protobuf import empty_pb2

from scripts.local.standins.cloud_monitoring.alert_condition_rules import (
    CONDITION_RULES,
    metrics_exist,
)
from scripts.local.standins.cloud_monitoring.alert_notification_rules import (
    NOTIFICATION_RULES,
    channels_exist,
)
from scripts.local.standins.cloud_monitoring.alert_policy_rules import POLICY_RULES, Policy, Rule
from scripts.local.standins.cloud_monitoring.filter import matching
from scripts.local.standins.cloud_monitoring.resources import (
    FIRST_ID,
    Alerting,
    copy_of,
    invalid,
    merged,
    missing,
    page,
    project_of,
    stamp,
)
from scripts.local.standins.server import Message, Method, StandIn

RULES = (*POLICY_RULES, *CONDITION_RULES, *NOTIFICATION_RULES)
LOOKUPS = (channels_exist, metrics_exist)
IGNORED = ("name", "validity", "creation_record", "mutation_record")


class AlertPolicyStandIn(StandIn):
    """Alert policies in memory, of every project.

    `clock` answers seconds since the epoch, `metrics` the types of a project's metrics; without it
    a policy may ask for metrics that do not exist.
    """

    service = "google.monitoring.v3.AlertPolicyService"

    def __init__(
        self,
        alerting: Alerting,
        clock: Callable[[], float] = time.time,
        metrics: Callable[[str], frozenset[str]] | None = None,
    ) -> None:
        super().__init__()
        self._metrics = metrics
        self._alerting = alerting
        self._policies = alerting.policies
        self._clock = clock
        self._conditions = FIRST_ID

    def methods(self) -> Mapping[str, Method]:
        """Return all methods of the real service."""
        return {
            "ListAlertPolicies": Method(api.ListAlertPoliciesRequest, self._list),
            "GetAlertPolicy": Method(api.GetAlertPolicyRequest, self._get),
            "CreateAlertPolicy": Method(api.CreateAlertPolicyRequest, self._create),
            "UpdateAlertPolicy": Method(api.UpdateAlertPolicyRequest, self._update),
            "DeleteAlertPolicy": Method(api.DeleteAlertPolicyRequest, self._delete),
        }

    def _list(self, request: api.ListAlertPoliciesRequest) -> api.ListAlertPoliciesResponse:
        with self._alerting.lock:
            found = matching(request.filter, self._policies.of(request.name))
            policies, token = page(found, request.page_size, request.page_token)
            return api.ListAlertPoliciesResponse(
                alert_policies=[api.AlertPolicy.wrap(one) for one in policies],
                next_page_token=token,
                total_size=len(found),
            )

    def _get(self, request: api.GetAlertPolicyRequest) -> Message:
        with self._alerting.lock:
            return copy_of(self._policies.get(request.name))

    def _create(self, request: api.CreateAlertPolicyRequest) -> Message:
        given = api.CreateAlertPolicyRequest.pb(request).alert_policy
        with self._alerting.lock:
            made = copy_of(given)
            _clear(made, IGNORED)
            made.name = self._policies.new_name(request.name)
            stamp(made.creation_record, self._clock())
            return self._take(made, former=None)

    def _update(self, request: api.UpdateAlertPolicyRequest) -> Message:
        """Replace a policy, or the fields in the mask; a condition of a known name is kept.

        Source: https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies/patch
        """
        asked = api.UpdateAlertPolicyRequest.pb(request)
        with self._alerting.lock:
            former = self._policies.get(asked.alert_policy.name)
            made = merged(former, asked.alert_policy, asked.update_mask)
            _clear(made, IGNORED)
            made.name = former.name
            made.creation_record.CopyFrom(former.creation_record)
            return self._take(made, former=former)

    def _delete(self, request: api.DeleteAlertPolicyRequest) -> empty_pb2.Empty:
        with self._alerting.lock:
            self._policies.get(request.name)
            del self._policies.by_name[request.name]
        return empty_pb2.Empty()

    def _take(self, made: Message, former: Message | None) -> Message:
        """Check a policy, fill in what the server fills in, keep it, and return a copy."""
        parent = made.name.partition("/alertPolicies/")[0]
        metrics = None if self._metrics is None else self._metrics(project_of(parent))
        checked = Policy(made, former, frozenset(self._alerting.channels.by_name), metrics)
        if problem := _first(RULES, checked):
            raise invalid(problem)
        if problem := _first(LOOKUPS, checked):
            raise missing(problem)
        for condition in made.conditions:
            self._conditions += not condition.name
            condition.name = condition.name or f"{made.name}/conditions/{self._conditions}"
        if not made.HasField("enabled"):
            made.enabled.value = True
        stamp(made.mutation_record, self._clock())
        self._policies.by_name[made.name] = made
        return copy_of(made)


def _first(rules: tuple[Rule, ...], checked: Policy) -> str | None:
    problems = (rule(checked) for rule in rules)
    return next((problem for problem in problems if problem), None)


def _clear(message: Message, names: tuple[str, ...]) -> None:
    for name in names:
        message.ClearField(name)
