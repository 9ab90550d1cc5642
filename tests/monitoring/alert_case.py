"""What an alert has to do: how its signal's series look where it fires, and where it must not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from scripts.ops.monitoring.alert import Alert
from scripts.ops.monitoring.rules import rules
from tests.monitoring.loads import SCOPE, Course, Load, counted, levels

ALREADY = 10  # minutes after which it would have fired

Group = Mapping[str, Any]
"""One of promtool's tests, or one of the alarms that it wants."""


class Check(StrEnum):
    """What is looked at."""

    AT = "at the threshold"
    PAST = "past the threshold"
    FEW = "few samples"
    ENOUGH = "enough samples"


@dataclass(frozen=True, kw_only=True)
class Case:
    """How series look for one alert. The last load of a course goes on as long as is needed.

    `at` is exactly at the threshold, `past` just past it from minute `begins` on. `calm` ends it,
    within `ends` minutes. `few` is past it with one sample less than the least, `enough` with
    exactly so many from minute `enough_begins` on; both are empty where there is no least number.
    `labels` are the alert's own.
    """

    alert: str
    at: Course
    past: Course
    calm: Load
    begins: int = 1
    few: Course = ()
    enough: Course = ()
    enough_begins: int = 5
    labels: Mapping[str, str] = field(default_factory=dict)
    gauge: bool = False
    ends: int = 12

    def groups(self, alert: Alert) -> Mapping[Check, Group]:
        """Return promtool's tests of the alert, whatever its rule says."""
        fires, few = self.begins + alert.minutes, self.enough_begins + alert.minutes
        groups = {
            Check.AT: self._silent(Check.AT, self.at, fires + ALREADY),
            Check.PAST: self._fires(Check.PAST, self.past, fires, alert),
        }
        if self.enough:
            groups[Check.FEW] = self._silent(Check.FEW, self.few, few + ALREADY)
            groups[Check.ENOUGH] = self._fires(Check.ENOUGH, self.enough, few, alert)
        return groups

    def _silent(self, name: str, course: Course, minutes: int) -> Group:
        silent = [no_alarm(self.alert, minute) for minute in range(minutes)]
        return self._group(name, _until(course, minutes), silent)

    def _fires(self, name: str, course: Course, minute: int, alert: Alert) -> Group:
        """Return a test that it is silent up to this minute, fires at it, and is resolved after."""
        end = minute + self.ends
        silent = [no_alarm(self.alert, each) for each in (*range(minute), end)]
        fires = alarms(alert, minute, {**SCOPE, **self.labels})
        whole = [*_until(course, minute), (self.ends, self.calm)]
        return self._group(name, whole, [*silent, fires])

    def _group(self, name: str, course: Course, asked: Sequence[Group]) -> Group:
        series = levels(course) if self.gauge else counted(course)
        return group(f"{self.alert}: {name}", series, asked)


def group(name: str, series: Sequence[Mapping[str, str]], asked: Sequence[Group]) -> Group:
    return {"name": name, "interval": "1m", "input_series": series, "alert_rule_test": asked}


def no_alarm(alert: str, minute: int) -> Group:
    return {"eval_time": f"{minute}m", "alertname": alert, "exp_alerts": []}


def alarms(alert: Alert, minute: int, *labels: Mapping[str, str]) -> Group:
    """Return that the alert fires at this minute, once for each of these labels."""
    (made,) = rules([alert])["groups"]
    (rule,) = made["rules"]
    all_of_it = [
        {"exp_labels": {**each, **rule["labels"]}, "exp_annotations": rule["annotations"]}
        for each in labels
    ]
    return {**no_alarm(alert.name, minute), "exp_alerts": all_of_it}


def steady(load: Load) -> Course:
    return ((1, load),)


def _until(course: Course, minutes: int) -> Course:
    *before, (_, last) = course
    return (*before, (minutes - sum(each for each, _ in before), last))
