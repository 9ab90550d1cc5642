"""The notification channels of the recipients whose addresses are set."""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from scripts.ops.monitoring.alert import AlertsError
from scripts.ops.monitoring.cloud.channels import Channels, Kind
from scripts.ops.monitoring.cloud.notify_settings import TOKEN, NotifySettings
from scripts.ops.monitoring.marks import OURS

Message = dict[str, Any]
"""A message of the API in its JSON form: https://protobuf.dev/programming-guides/json/"""
CHANNEL, FINGERPRINT = "channel", "fingerprint"  # user labels
FINGERPRINT_DIGITS = 16
_BY_HAND = re.compile(r"projects/[^/\s]+/notificationChannels/\d+")
# Kind: what its address must match, and what it is, for whoever set another one.
_FORMS: Mapping[Kind, tuple[re.Pattern[str], str]] = MappingProxyType(
    {
        Kind.EMAIL: (re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+"), "ada@example.com"),
        Kind.SMS: (re.compile(r"\+[1-9]\d{6,14}"), "+33123456789"),
        Kind.PAGERDUTY: (re.compile(r"[A-Za-z0-9]{32}"), "an integration key of 32 characters"),
        Kind.SLACK: (re.compile(r"#?[^\s#@,/]{1,80}"), "#platform-alerts"),
        Kind.PUBSUB: (re.compile(r"projects/[^/\s]+/topics/[^/\s]+"), "projects/P/topics/T"),
    }
)


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel that should be there. `labels` are addresses and secrets: they are never shown."""

    key: str
    kind: Kind
    labels: Mapping[str, str] = field(repr=False)

    def message(self, project: str) -> Message:
        """Return the NotificationChannel. What is in it of `labels` may not be shown."""
        return {
            "type": self.kind.value,
            "displayName": f"conteur: {self.key}",
            "description": "Made by scripts/monitoring of monitoring/channels.yaml.",
            "labels": dict(self.labels),
            "userLabels": {**OURS, CHANNEL: self.key, FINGERPRINT: self.fingerprint(project)},
        }

    def fingerprint(self, project: str) -> str:
        """Return what shows that the labels have changed: secret ones are not read back.

        Salted with where the channel is, so that a key that two places share does not show.
        """
        told = json.dumps(dict(self.labels), sort_keys=True).encode()
        salt = f"conteur {project} {self.key}".encode()
        return hmac.new(salt, told, hashlib.sha256).hexdigest()[:FINGERPRINT_DIGITS]


@dataclass(frozen=True, slots=True)
class Named:
    """A channel that somebody made by hand, and the setting that names it."""

    name: str
    setting: str


@dataclass(frozen=True, slots=True)
class Reachable:
    """The channels that there are addresses for, by keys such as `oncall-email`."""

    made: Mapping[str, Channel]
    named: Mapping[str, Named]

    def keys_of(self, channels: Channels, recipients: Sequence[str]) -> tuple[str, ...]:
        """Return the keys of all that reach one of the recipients, sorted."""
        return tuple(
            key for key in keys_of(channels, recipients) if key in self.made or key in self.named
        )


def keys_of(channels: Channels, recipients: Sequence[str]) -> tuple[str, ...]:
    """Return the keys of all ways to the recipients, with an address or without, sorted."""
    ways = ((name, kind) for name in recipients for kind in channels.recipients[name])
    return tuple(sorted({f"{name}-{kind}" for name, kind in ways}))


def find_reachable(channels: Channels, settings: NotifySettings) -> Reachable:
    """Return the channels of all addresses. Raises AlertsError for the bad ones, by their names."""
    made: dict[str, Channel] = {}
    named: dict[str, Named] = {}
    problems: list[str] = []
    for key, kind, setting in _ways(channels):
        value = settings.text(setting)
        if _BY_HAND.fullmatch(value):
            named[key] = Named(value, setting)
        elif value:
            made[key] = Channel(key, kind, _LABELS[kind](settings, setting))
            problems += _problems(kind, settings, setting)
    if problems:
        raise AlertsError("\n".join([f"In {settings.source}:", *problems]))
    return Reachable(made, named)


def _ways(channels: Channels) -> Iterator[tuple[str, Kind, str]]:
    for recipient, ways in channels.recipients.items():
        for kind, setting in ways.items():
            yield f"{recipient}-{kind}", kind, setting


def _problems(kind: Kind, settings: NotifySettings, setting: str) -> Iterator[str]:
    form, example = _FORMS[kind]
    if not form.fullmatch(settings.text(setting)):
        yield f"- {setting} is not as {kind} needs it: {example}."
    if kind is Kind.SLACK and not settings.text(setting + TOKEN):
        yield (
            f"- {setting} needs {setting}{TOKEN} beside it; or make the channel in the console, "
            f"and give its name: {setting}=projects/P/notificationChannels/N."
        )


def _one(label: str) -> Callable[[NotifySettings, str], Mapping[str, str]]:
    return lambda settings, setting: {label: settings.text(setting)}


def _slack(settings: NotifySettings, setting: str) -> Mapping[str, str]:
    name = settings.text(setting).removeprefix("#")
    return {"channel_name": f"#{name}", "auth_token": settings.text(setting + TOKEN)}


_LABELS: Mapping[Kind, Callable[[NotifySettings, str], Mapping[str, str]]] = MappingProxyType(
    {
        Kind.EMAIL: _one("email_address"),
        Kind.SMS: _one("number"),
        Kind.PAGERDUTY: _one("service_key"),
        Kind.SLACK: _slack,
        Kind.PUBSUB: _one("topic"),
    }
)
