"""How services and revisions of Cloud Run say whether they are ready.

https://cloud.google.com/run/docs/reference/rest/v2/Condition
"""

from google.cloud import run_v2 as api
from google.protobuf.timestamp_pb2 import Timestamp

from scripts.local.standins.cloud_run.names import own

READY = "Ready"
_STATE = api.Condition.State


def succeeded(kind: str, now: Timestamp) -> api.Condition:
    """Return the condition of what is as it was asked for."""
    return api.Condition(type_=kind, state=_STATE.CONDITION_SUCCEEDED, last_transition_time=now)


def reconciling(kind: str, now: Timestamp) -> api.Condition:
    """Return the condition of what is on its way."""
    return api.Condition(type_=kind, state=_STATE.CONDITION_RECONCILING, last_transition_time=now)


def failed(kind: str, now: Timestamp, message: str) -> api.Condition:
    """Return the condition of what did not become what was asked for."""
    return api.Condition(
        type_=kind,
        state=_STATE.CONDITION_FAILED,
        message=message,
        last_transition_time=now,
        revision_reason=api.Condition.RevisionReason.HEALTH_CHECK_CONTAINER_ERROR,
    )


def problem_of(revision: api.Revision) -> str:
    """Return why a revision cannot serve, as Cloud Run says it; empty where it can.

    https://cloud.google.com/run/docs/troubleshooting#service-errors
    """
    for condition in revision.conditions:
        if condition.type_ == READY and condition.state != _STATE.CONDITION_SUCCEEDED:
            message = f"Revision '{own(revision.name)}' is not ready and cannot serve traffic."
            return f"{message} {condition.message}"
    return ""
