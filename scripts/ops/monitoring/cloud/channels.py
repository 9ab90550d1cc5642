"""Who hears of an alert, and when: reading `monitoring/channels.yaml`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from scripts.ops.monitoring.alert import Alert, AlertsError, minutes

FILE = "monitoring/channels.yaml"
_RECIPIENT = re.compile(r"[a-z][a-z0-9_-]{0,39}")  # it becomes a part of a user label
_SETTING = re.compile(r"[A-Z][A-Z0-9_]*")


class Kind(StrEnum):
    """A way to a recipient, by Cloud Monitoring's name of that type of channel.

    Source: https://cloud.google.com/monitoring/alerts/using-channels-api#ncd
    """

    EMAIL = "email"
    SMS = "sms"
    PAGERDUTY = "pagerduty"
    SLACK = "slack"
    PUBSUB = "pubsub"


@dataclass(frozen=True, slots=True)
class Step:
    """Whom an alert reaches that fires still, so many minutes after it began to."""

    minutes: int
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Channels:
    """`actions` are steps by action; `recipients` are names of settings by recipient and kind."""

    actions: Mapping[str, Sequence[Step]]
    recipients: Mapping[str, Mapping[Kind, str]]


def read_channels(root: Path, alerts: Iterable[Alert]) -> Channels:
    """Return who hears of the alerts. Raises AlertsError."""
    actions, recipients = _document(root / FILE)
    channels = Channels(
        {name: _steps(name, steps) for name, steps in actions.items()},
        {name: _ways(name, ways) for name, ways in recipients.items()},
    )
    _check_recipients(channels)
    _check_actions(channels, alerts)
    return channels


def _document(path: Path) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    try:
        document = yaml.safe_load(path.read_text())
    except yaml.YAMLError as error:
        raise AlertsError(f"{FILE} is no YAML: {error}") from error
    match document:
        case {"actions": dict(actions), "recipients": dict(recipients)}:
            return actions, recipients
        case _:
            raise AlertsError(f"{FILE} must be `actions:` and `recipients:`, each by their names.")


def _steps(action: str, steps: object) -> Sequence[Step]:
    if not isinstance(steps, list) or not steps:
        raise AlertsError(f"{FILE}: {action} must be a list of `{{after: 0m, to: [NAME]}}`.")
    read = [_step(action, each) for each in steps]
    times = [each.minutes for each in read]
    if times[0] != 0 or times != sorted(set(times)):
        raise AlertsError(
            f"{FILE}: {action}: the first step is `after: 0m`, each other one later than the last."
        )
    return read


def _step(action: str, step: object) -> Step:
    match step:
        case {"after": after, "to": [_, *_] as to, **more} if not more:
            return Step(minutes(f"{FILE}: {action}", str(after)), tuple(map(str, to)))
        case _:
            raise AlertsError(f"{FILE}: {action}: {step!r} is no `{{after: 0m, to: [NAME]}}`.")


def _ways(recipient: str, ways: object) -> Mapping[Kind, str]:
    if not _RECIPIENT.fullmatch(recipient):
        raise AlertsError(f"{FILE}: {recipient!r} is no name: small letters, digits, - and _.")
    if not isinstance(ways, dict) or not ways:
        raise AlertsError(
            f"{FILE}: {recipient} has no way to be reached: give it `email: NAME_OF_A_SETTING`."
        )
    return {_kind(recipient, kind): _setting(recipient, name) for kind, name in ways.items()}


def _kind(recipient: str, kind: object) -> Kind:
    try:
        return Kind(str(kind))
    except ValueError:
        raise AlertsError(f"{FILE}: {recipient}: {kind} is none of {', '.join(Kind)}.") from None


def _setting(recipient: str, name: object) -> str:
    if not _SETTING.fullmatch(str(name)):
        # The value is not shown: an address or a key may have been put in the name's place.
        raise AlertsError(
            f"{FILE}: {recipient}: what follows the kind is the name of a setting, such as "
            "ALERT_TEAM_EMAIL, and not its value."
        )
    return str(name)


def _check_recipients(channels: Channels) -> None:
    for action, steps in channels.actions.items():
        named = {name for step in steps for name in step.recipients}
        if unknown := named - channels.recipients.keys():
            raise AlertsError(
                f"{FILE}: {action}: {', '.join(sorted(unknown))}: not in `recipients:`."
            )


def _check_actions(channels: Channels, alerts: Iterable[Alert]) -> None:
    for alert in alerts:
        if alert.action not in channels.actions:
            raise AlertsError(
                f"{alert.name}: its action {alert.action} is not in {FILE}, which has "
                f"{', '.join(channels.actions)}."
            )
