"""Alert policies of Cloud Monitoring: one of an alert, and one more of each later step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from scripts.ops.monitoring.alert import Alert, AlertsError, Severity
from scripts.ops.monitoring.cloud.recipients import Message
from scripts.ops.monitoring.marks import OURS
from scripts.ops.monitoring.rules import EVALUATION_SECONDS, PROCEDURES, group_of

ALERT, LEVEL = "alert", "level"  # user labels
LONGEST_MINUTES = 24 * 60  # https://cloud.google.com/monitoring/alerts/using-promql
# Where no series is left nothing fires; this is the shortest time that the API takes.
AUTO_CLOSE = "1800s"
REMINDER = "3600s"
_SERVICES: Mapping[str, str] = MappingProxyType(
    {"stories": "generate-story", "store_publish": "store-api"}
)


@dataclass(frozen=True, slots=True)
class Level:
    """One of an alert's steps: its number from 1, and of how many, `minutes` after the first.

    `channels` are keys of channels, which `with_names` replaces.
    """

    number: int
    of: int
    minutes: int
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a policy's text is: the project's alias, and where the runbooks can be read."""

    alias: str
    runbooks: str


def policy(alert: Alert, level: Level, reader: Reader) -> Message:
    """Return the AlertPolicy. Raises AlertsError if its duration is longer than the API takes.

    Source: https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies
    """
    return {
        # The form that the API's reference advises: {rule group}/{alert}.
        "displayName": f"{group_of(alert)}/{level_key(alert.name, str(level.number))}",
        "severity": alert.severity.value,
        "combiner": "OR",
        "userLabels": {**OURS, ALERT: alert.name, LEVEL: str(level.number)},
        "documentation": _documentation(alert, level, reader),
        "conditions": [_condition(alert, level)],
        "notificationChannels": list(level.channels),
        "alertStrategy": {
            "autoClose": AUTO_CLOSE,
            "notificationPrompts": ["OPENED", "CLOSED"],
            "notificationChannelStrategy": _reminders(alert, level),
        },
    }


def level_key(alert: str, level: str) -> str:
    """Return what one of an alert's levels is called, here and in its policy's name."""
    return alert if level == "1" else f"{alert} (level {level})"


def with_names(message: Message, names: Mapping[str, str]) -> Message:
    """Return a policy with the channels' names; a channel that has none yet keeps its key."""
    strategy = message.get("alertStrategy", {})  # which a hand may have taken away
    reminders = [
        {**each, "notificationChannelNames": _named(each["notificationChannelNames"], names)}
        for each in strategy.get("notificationChannelStrategy", ())
    ]
    return {
        **message,
        "notificationChannels": _named(message["notificationChannels"], names),
        "alertStrategy": {**strategy, "notificationChannelStrategy": reminders},
    }


def _named(keys: Sequence[str], names: Mapping[str, str]) -> list[str]:
    return sorted({names.get(key, key) for key in keys})


def _condition(alert: Alert, level: Level) -> Message:
    minutes = alert.minutes + level.minutes
    if minutes > LONGEST_MINUTES:
        raise AlertsError(
            f"{alert.name}: its level {level.number} would fire after {minutes} minutes, and Cloud "
            f"Monitoring takes {LONGEST_MINUTES} at most."
        )
    return {
        "displayName": f"{alert.signal.title}: {alert.condition} for {minutes} min",
        "conditionPrometheusQueryLanguage": {
            "query": alert.expression,
            "duration": f"{60 * minutes}s",
            "evaluationInterval": f"{EVALUATION_SECONDS}s",
            "ruleGroup": group_of(alert),
            "alertRule": alert.name,
            "labels": {"severity": alert.severity.name, "action": alert.action},
            "disableMetricValidation": True,  # nothing is counted before the first deploy
        },
    }


def _reminders(alert: Alert, level: Level) -> list[Message]:
    """Return how often what wakes somebody up says that it is still there."""
    if alert.severity is not Severity.P1:
        return []
    return [{"notificationChannelNames": list(level.channels), "renotifyInterval": REMINDER}]


def _documentation(alert: Alert, level: Level, reader: Reader) -> Message:
    page = f"{alert.runbook}.md"
    link = {"displayName": f"Runbook: {alert.runbook}"[:63], "url": f"{reader.runbooks}/{page}"}
    return {
        "mimeType": "text/markdown",
        "subject": f"{alert.severity.name} conteur {alert.name}: {alert.condition}",
        "content": _content(alert, level, reader, page),
        "links": [link] if reader.runbooks else [],
    }


def _content(alert: Alert, level: Level, reader: Reader, page: str) -> str:
    path = f"{PROCEDURES}/{page}"
    runbook = f"[{path}]({reader.runbooks}/{page})" if reader.runbooks else f"`{path}`"
    service = _SERVICES.get(alert.signal.of)
    only = f" --only {service}" if service else ""
    return "\n".join(
        [
            f"{alert.severity.name}, level {level.number} of {level.of}. {alert.signal.what}",
            "",
            f"It fires where {_in_words(alert, level)}.",
            "",
            f"1. What to do: {runbook}.",
            f"2. How it is now: `scripts/metrics -P {reader.alias} {alert.signal.key}`.",
            f"3. The log: `firebase functions:log -P {reader.alias}{only}`.",
        ]
    )


def _in_words(alert: Alert, level: Level) -> str:
    minutes = alert.minutes + level.minutes
    held = f"`{alert.condition}` has held for {minutes} min without a break"
    if alert.signal.samples:
        held += f", with {alert.signal.least} samples at least"
    if level.number == 1:
        return held
    return f"{held}: {level.minutes} min after level 1, which is not over"
