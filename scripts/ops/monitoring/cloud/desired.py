"""All that should be in a project's Cloud Monitoring, of the repository and the settings alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from conteur.telemetry.registry import METRICS
from scripts.ops.monitoring.alert import Alert, AlertsError, read_alerts
from scripts.ops.monitoring.board.dashboard import dashboard, deployed_services
from scripts.ops.monitoring.board.tile import Section
from scripts.ops.monitoring.board.tiles import read_dashboard
from scripts.ops.monitoring.cloud.channels import FILE, Channels, read_channels
from scripts.ops.monitoring.cloud.descriptors import descriptor
from scripts.ops.monitoring.cloud.notify_settings import NotifySettings
from scripts.ops.monitoring.cloud.policies import Level, Reader, level_key, policy
from scripts.ops.monitoring.cloud.recipients import (
    Channel,
    Message,
    Named,
    Reachable,
    find_reachable,
    keys_of,
)


@dataclass(frozen=True, slots=True)
class Sources:
    """What the files of the repository say."""

    alerts: Sequence[Alert]
    channels: Channels
    sections: Sequence[Section]
    services: Sequence[str]


@dataclass(frozen=True, slots=True)
class Goal:
    """Whose Cloud Monitoring is meant; without an `environment` nobody's, and so anybody's."""

    project: str
    alias: str
    environment: str

    def suits(self, alert: Alert) -> bool:
        """Tell whether the alert is for the environment."""
        return not self.environment or alert.without != self.environment


@dataclass(frozen=True, slots=True)
class Desired:
    """What should be there, each kind by its keys: metric types, channels, alerts and levels.

    In `policies` channels have their keys for names. `notes` is what an operator should know.
    """

    project: str
    descriptors: Mapping[str, Message]
    channels: Mapping[str, Channel]
    named: Mapping[str, Named]
    policies: Mapping[str, Message]
    dashboard: Message
    notes: Sequence[str]


def read_sources(root: Path) -> Sources:
    """Return what the repository says. Raises AlertsError."""
    alerts = read_alerts(root)
    return Sources(
        alerts, read_channels(root, alerts), read_dashboard(root, alerts), deployed_services(root)
    )


def desired(sources: Sources, goal: Goal, settings: NotifySettings) -> Desired:
    """Return what should be there. Raises AlertsError, also where an alert would reach nobody."""
    suited = [alert for alert in sources.alerts if goal.suits(alert)]
    reachable = find_reachable(sources.channels, settings)
    _check_reached(suited, sources.channels, reachable, settings.source)
    reader = Reader(goal.alias, settings.runbooks())
    return Desired(
        goal.project,
        {metric.type: descriptor(metric) for metric in METRICS},
        reachable.made,
        reachable.named,
        {
            key: policy(alert, level, reader)
            for alert in suited
            for key, level in _reached_levels(alert, sources.channels, reachable)
        },
        dashboard(sources.sections, goal.project, sources.services),
        list(_unreached(suited, sources.channels, reachable)),
    )


def drawn_policies(sources: Sources, goal: Goal, runbooks: str) -> Mapping[str, Message]:
    """Return the policies as they would be if every recipient could be reached.

    Raises AlertsError.
    """
    reader = Reader(goal.alias, runbooks)
    return {
        _key(alert, level.number): policy(alert, level, reader)
        for alert in sources.alerts
        if goal.suits(alert)
        for level in _levels(alert, sources.channels)
    }


def _levels(alert: Alert, channels: Channels) -> Iterator[Level]:
    steps = channels.actions[alert.action]
    for number, step in enumerate(steps, start=1):
        yield Level(number, len(steps), step.minutes, keys_of(channels, step.recipients))


def _reached_levels(
    alert: Alert, channels: Channels, reachable: Reachable
) -> Iterator[tuple[str, Level]]:
    steps = channels.actions[alert.action]
    for number, step in enumerate(steps, start=1):
        if keys := reachable.keys_of(channels, step.recipients):
            yield _key(alert, number), Level(number, len(steps), step.minutes, keys)


def _key(alert: Alert, number: int) -> str:
    return level_key(alert.name, str(number))


def _check_reached(
    alerts: Sequence[Alert], channels: Channels, reachable: Reachable, source: str
) -> None:
    silent = {
        action: _settings(channels, channels.actions[action][0].recipients)
        for action in sorted({alert.action for alert in alerts})
        if not reachable.keys_of(channels, channels.actions[action][0].recipients)
    }
    if silent:
        told = [f"- {action}: set one of {', '.join(names)}" for action, names in silent.items()]
        raise AlertsError(
            "\n".join([f"These actions of {FILE} would reach nobody. In {source}:", *told])
        )


def _unreached(alerts: Sequence[Alert], channels: Channels, reachable: Reachable) -> Iterator[str]:
    """Yield a word of each later step, and each recipient, that is left out."""
    for action in sorted({alert.action for alert in alerts}):
        for number, step in enumerate(channels.actions[action], start=1):
            for name in step.recipients:
                if not reachable.keys_of(channels, (name,)):
                    settings = ", ".join(_settings(channels, (name,)))
                    level = f"{action}, level {number}"
                    yield f"{level}: {name} is left out: none of {settings} is set"


def _settings(channels: Channels, recipients: Sequence[str]) -> Sequence[str]:
    return [setting for name in recipients for setting in channels.recipients[name].values()]
