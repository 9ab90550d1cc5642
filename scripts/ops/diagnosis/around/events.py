"""Which dependency each event of the log tells of.

The tests hold this complete: what functions/conteur logs at WARNING or ERROR is here, by one
of the tables.
"""

from collections.abc import Mapping
from enum import StrEnum

from scripts.ops.logbook.line import Line
from scripts.ops.logbook.requests import REQUESTS


class Dependency(StrEnum):
    """What a call leans on, in the order of a report."""

    MODEL = "OpenAI"
    MODERATION = "OpenAI moderation"
    FIRESTORE = "Firestore"
    SECRETS = "Secret Manager"
    AUTH = "Firebase Authentication"
    APP_CHECK = "App Check"
    POSTGRES = "PostgreSQL"
    REDIS = "Redis"
    MAIL = "the mail server"
    TASKS = "Cloud Tasks"
    MONITORING = "Cloud Monitoring"
    BUDGET = "the day's budget"
    KNOBS = "the knobs"
    INSTANCE = "the instance"


EVENTS: Mapping[str, Dependency] = {
    "model.attempt_failed": Dependency.MODEL,
    "model.attempt_timeout": Dependency.MODEL,
    "model.circuit": Dependency.MODEL,
    "moderation.unavailable": Dependency.MODERATION,
    "store.failed": Dependency.FIRESTORE,
    "story.checkpoint_failed": Dependency.FIRESTORE,
    "story.failure_unsaved": Dependency.FIRESTORE,
    "story.lost": Dependency.FIRESTORE,
    "story.not_withheld": Dependency.FIRESTORE,
    "story.unsaved": Dependency.FIRESTORE,
    "admission.not_undone": Dependency.FIRESTORE,
    "budget.unread": Dependency.FIRESTORE,
    "config.unread": Dependency.FIRESTORE,
    "networks.unavailable": Dependency.FIRESTORE,
    "sweep.shard_failed": Dependency.FIRESTORE,
    "sweep.story_failed": Dependency.FIRESTORE,
    "secret.unavailable": Dependency.SECRETS,
    "secret.malformed": Dependency.SECRETS,
    "accounts.failed": Dependency.AUTH,
    "accounts.unavailable": Dependency.AUTH,
    "app_check.failed": Dependency.APP_CHECK,
    "app_check.unavailable": Dependency.APP_CHECK,
    "database.unreachable": Dependency.POSTGRES,
    "Retry attempt": Dependency.POSTGRES,
    "mail.unnoted": Dependency.POSTGRES,
    "rate_limiter.down": Dependency.REDIS,
    "mail.failed": Dependency.MAIL,
    "outbox.failed": Dependency.TASKS,
    "outbox.late": Dependency.TASKS,
    "metrics.sink_down": Dependency.MONITORING,
    "budget.stopped": Dependency.BUDGET,
    "config.bad_value": Dependency.KNOBS,
    "background.failed": Dependency.INSTANCE,
    "background.no_thread": Dependency.INSTANCE,
    "health.probe_failed": Dependency.INSTANCE,
    "library.said": Dependency.INSTANCE,
    "memory.caches_dropped": Dependency.INSTANCE,
    "start.failed": Dependency.INSTANCE,
    "store.closed": Dependency.INSTANCE,
    "story.swept": Dependency.INSTANCE,  # a call's instance was gone before its story was told
    "timers.failed": Dependency.INSTANCE,
    "warm_up.failed": Dependency.INSTANCE,
    "": Dependency.INSTANCE,  # what Cloud Run or Python said: a crash, a limit of memory
}
"""By the event alone."""

GOOGLE_SERVICES: Mapping[str, Dependency] = {
    "firestore": Dependency.FIRESTORE,
    "secret_manager": Dependency.SECRETS,
}
"""Of `google.call_failed`, by its field `service`."""

ENDINGS = {"call.refused", "call.failed", "call.timeout", "Failed to publish store"}
"""How calls end: most say what an earlier line of a dependency has said."""

REASONS: Mapping[str, Dependency] = {
    "MEMORY_ERROR": Dependency.INSTANCE,
    "CIRCUIT_OPEN": Dependency.MODEL,
    "DATABASE_BUSY": Dependency.POSTGRES,
    "DATABASE_UNAVAILABLE": Dependency.POSTGRES,
    "GATING_UNAVAILABLE": Dependency.POSTGRES,
}
"""Of endings that no other line explains, by their reason."""

IRRELEVANT = {
    "call.bug",
    "job.bug",
    "job.dropped",
    "job.failed",
    "mail.bug",
    "python.warned",
    "Store Publish timeout",
    "Unauthorized",
    "Gating check blocked",
    "moderation.blocked",
    "story.leak_stopped",
    "story.lease_lost",
    "story.unreadable",
}
"""What says nothing of a dependency: how calls and jobs ended, and what was right to refuse."""

STATES: Mapping[str, tuple[Dependency, str]] = {
    "rate_limiter.down": (Dependency.REDIS, "down"),
    "rate_limiter.up": (Dependency.REDIS, ""),
    "metrics.sink_down": (Dependency.MONITORING, "down"),
    "metrics.sink_up": (Dependency.MONITORING, ""),
    "budget.stopped": (Dependency.BUDGET, "spent"),
    "budget.open": (Dependency.BUDGET, ""),
    "config.unread": (Dependency.KNOBS, "not read"),
    "config.read_again": (Dependency.KNOBS, ""),
}
"""The state that a line begins; empty, all is well again."""

CIRCUIT = "model.circuit"
"""Begins a state as well: its field `state`, of the model in its field `model`."""


def dependency_of(line: Line) -> tuple[Dependency, str] | None:
    """Return what a line tells of, and of a model its name; None where it tells of nothing."""
    if line.log == REQUESTS:
        return None
    reason, service = str(line.fields.get("reason", "")), str(line.fields.get("service", ""))
    if line.event in ENDINGS:
        found = REASONS.get(reason)
    elif line.event == "google.call_failed":
        found = GOOGLE_SERVICES.get(service)
    else:
        found = EVENTS.get(line.event)
    model = str(line.fields.get("model", "")) if found is Dependency.MODEL else ""
    return None if found is None else (found, model)


def state_of(line: Line) -> tuple[tuple[Dependency, str], str] | None:
    """Return what a line tells the state of, and the state: empty, all is well; None: no state."""
    if line.event == CIRCUIT:
        state = str(line.fields.get("state", ""))
        model = str(line.fields.get("model", ""))
        return (Dependency.MODEL, model), "" if state == "closed" else f"circuit {state}"
    if line.event not in STATES:
        return None
    dependency, state = STATES[line.event]
    return (dependency, ""), state
