"""What the alerts make of instances that come and go, of silence, and of several environments."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from scripts.ops.monitoring.alert import read_alerts
from scripts.ops.monitoring.rules import rules
from tests.monitoring.alert_case import alarms, group, no_alarm
from tests.monitoring.loads import SCOPE, STAGING, STORY, Course, Load, counted, executions, series
from tests.monitoring.promtool import run_tests
from tests.monitoring.service_cases import calls, sweeps
from tests.monitoring.story_cases import FUNCTION, took

ALERTS = {alert.name: alert for alert in read_alerts()}
Series = Sequence[Mapping[str, str]]
Labels = Mapping[str, str]
HERE, THERE = SCOPE | FUNCTION, SCOPE | FUNCTION | {"namespace": STAGING}


def expect(
    folder: Path, name: str, series: Series, minutes: int, fires: Mapping[int, Sequence[Labels]]
) -> None:
    """Hold the alert to firing with these labels at these minutes, and at no other one."""
    alert = ALERTS[name]
    asked = [
        alarms(alert, minute, *fires[minute]) if minute in fires else no_alarm(name, minute)
        for minute in range(minutes)
    ]
    run_tests(folder, {name: (rules([alert]), [group(name, series, asked)])})


def written(values: Mapping[str, str]) -> Series:
    return [{"series": name, "values": each} for name, each in values.items()]


def bad(minutes: int, failed: int = 1000, instance: int = 1) -> Course:
    """Have a thousand executions a minute, so many of which fail."""
    load: Load = {
        executions("failed", "BUG", instance=instance): failed,
        executions("completed", instance=instance): 1000 - failed,
    }
    return ((minutes, load),)


def test_an_instance_that_begins_in_the_middle_of_a_window(tmp_path: Path) -> None:
    """What a new instance counts is taken as it is, and not stretched over the whole window."""
    new = {
        executions("failed", "BUG", instance=2): "_x8 0+50x12",
        executions("completed", instance=2): "_x8 0+950x12",
    }
    given = [*counted(bad(20, failed=50)), *written(new)]
    expect(tmp_path, "stories_error_rate_p1", given, 21, {})


def test_an_instance_that_starts_again(tmp_path: Path) -> None:
    """A counter that falls back to zero has counted nothing backwards, and nothing twice."""
    again = {
        executions("failed", "BUG"): "0+50x9 0+50x10",
        executions("completed"): "0+950x9 0+950x10",
    }
    expect(tmp_path, "stories_error_rate_p1", written(again), 20, {})
    expect(
        tmp_path,
        "unauthorized_burst",
        written({executions("refused", "NO_TOKEN"): "1000+20x9 0+20x10"}),
        20,
        {},
    )


def test_silence_is_no_error(tmp_path: Path) -> None:
    """Where nothing is counted, no share and no percentile is past anything."""
    still = {executions("failed", "BUG"): "500x30", executions("completed"): "500x30"}
    for name in ("stories_error_rate_p3", "slo_burn_fast", "slo_burn_slow"):
        expect(tmp_path, name, written(still), 30, {})
    slow = dict.fromkeys(took("30", ("completed", 1), (0, 1)), "500x30")
    expect(tmp_path, "stories_slow_p3", written(slow), 30, {})


def test_one_bad_minute_wakes_nobody_for_its_share(tmp_path: Path) -> None:
    """It stays in the window for five minutes, and the share must be too high for longer."""
    given = counted((*bad(10, 0), *bad(1), *bad(20, 0)))
    expect(tmp_path, "stories_error_rate_p1", given, 31, {})


def test_a_row_of_failures_is_told_though_it_ended(tmp_path: Path) -> None:
    """A row that one point shows alerts for the five minutes after it, and then no more."""
    row = {series("executions_failures_in_row", function=STORY): "0x4 4 0x15"}
    fires = {minute: [HERE] for minute in range(6, 11)}
    expect(tmp_path, "consecutive_failures_p1", written(row), 20, fires)


def test_environments_are_told_apart(tmp_path: Path) -> None:
    """Where two environments of a project fail, there are two alerts; a healthy one hides none."""
    other: Load = {
        executions("failed", "BUG", namespace=STAGING): 2,
        executions("completed", namespace=STAGING): 20,
    }
    given = [*counted(bad(7, 60)), *counted(((7, other),))]
    expect(tmp_path, "stories_error_rate_p1", given, 7, {6: [HERE, THERE]})


def test_functions_are_told_apart(tmp_path: Path) -> None:
    """A function that fails is not hidden by another that is called much more."""
    load: Load = {
        executions("failed", "BUG", function="rate_story"): 20,
        executions("completed"): 100_000,
    }
    rating = {**SCOPE, "function": "rate_story"}
    expect(tmp_path, "stories_error_rate_p1", counted(((7, load),)), 7, {6: [rating]})


@pytest.mark.parametrize(("pace", "first", "last"), [("fast", 4, 25), ("slow", 17, 49)])
def test_a_burn_that_is_over_is_not_told(tmp_path: Path, pace: str, first: int, last: int) -> None:
    """Once the short window is healthy the alert ends, however bad the long one was."""
    given = counted((*bad(1, 0), *bad(20), *bad(60, 0)))
    fires = {minute: [HERE] for minute in range(first, last + 1)}
    expect(tmp_path, f"slo_burn_{pace}", given, 81, fires)


def test_a_burn_that_has_just_begun_is_not_told(tmp_path: Path) -> None:
    """Errors of some minutes are not yet fast enough over the hour."""
    given = counted((*bad(60, 0), *bad(8), *bad(10, 0)))
    expect(tmp_path, "slo_burn_fast", given, 78, {})


def test_sweeps_that_never_ran(tmp_path: Path) -> None:
    """Where no instance has ever swept, the alert fires without an environment."""
    never = {"function": "sweep_stories", "result": "done", "monitored_resource": "generic_task"}
    given = counted(((6, {executions("completed"): 1}),))
    expect(tmp_path, "sweep_not_run", given, 6, {5: [never]})


def test_a_sweeper_that_is_gone(tmp_path: Path) -> None:
    """Where the instance that swept sends nothing any more, the alert fires all the same."""
    gone = [{**each, "values": f"{each['values']} stale"} for each in counted(((20, sweeps(1)),))]
    expect(tmp_path, "sweep_not_run", gone, 36, {35: [SCOPE]})


def test_no_traffic_where_every_instance_is_gone(tmp_path: Path) -> None:
    """Instances that are gone leave no series, and are missed as much as idle ones."""
    gone = [{**each, "values": f"{each['values']} stale"} for each in counted(((60, calls(10)),))]
    here = [each for each in gone if STAGING not in each["series"]]
    expect(tmp_path, "no_traffic_after_deploy", here, 76, {75: [SCOPE]})


def test_silence_is_told_for_an_hour(tmp_path: Path) -> None:
    """Traffic is missed for as long as there was any in the hour that ended ten minutes ago."""
    given = counted(((6, {executions("completed"): 10}), (80, {})))
    fires = {minute: [SCOPE] for minute in range(21, 71)}
    expect(tmp_path, "no_traffic_after_deploy", given, 86, fires)


def test_a_quiet_night_is_no_outage(tmp_path: Path) -> None:
    """Where there were few calls before, none at all wake nobody."""
    few: Load = {executions("completed"): (1, *[0] * 9)}
    given = counted(((60, few), (60, {})))
    expect(tmp_path, "no_traffic_after_deploy", given, 120, {})


def test_a_deploy_does_not_look_like_silence(tmp_path: Path) -> None:
    """The new revision's instances go on where the old ones end, in series of their own."""
    old = counted(((60, {executions("completed"): 10}),))
    new = {executions("completed", instance=2): "_x60 0+10x30"}
    expect(tmp_path, "no_traffic_after_deploy", [*old, *written(new)], 90, {})
