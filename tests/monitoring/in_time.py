"""Holding an alert to the minutes at which it fires."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts.ops.monitoring.alert import Alert, read_alerts
from scripts.ops.monitoring.rules import rules
from tests.monitoring.alert_case import Group, alarms, group, no_alarm
from tests.monitoring.promtool import run_tests

ALERTS = {alert.name: alert for alert in read_alerts()}
Series = Sequence[Mapping[str, str]]
Labels = Mapping[str, str]
Fires = Mapping[int, Sequence[Labels]]


def expect(folder: Path, name: str, series: Series, minutes: int, fires: Fires) -> None:
    """Hold the alert to firing with these labels at these minutes, and at no other one."""
    hold(folder, ALERTS[name], played(ALERTS[name], series, minutes, fires))


def played(alert: Alert, series: Series, minutes: int, fires: Fires) -> Group:
    """Return promtool's test of it, for series that have a value a minute."""
    asked = [
        alarms(alert, minute, *fires[minute]) if minute in fires else no_alarm(alert.name, minute)
        for minute in range(minutes)
    ]
    return group(alert.name, series, asked)


def hold(folder: Path, alert: Alert, test: Group) -> None:
    run_tests(folder, {alert.name: (rules([alert]), [test])})


def written(values: Mapping[str, str]) -> Series:
    return [{"series": name, "values": each} for name, each in values.items()]


def ended(series: Series) -> Series:
    """Return the series of instances that send nothing any more after their last values."""
    return [{**each, "values": f"{each['values']} stale"} for each in series]
