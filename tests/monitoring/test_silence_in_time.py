"""What the alerts on silence make of nights, deploys, single calls and several environments."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.monitoring.in_time import ALERTS, Series, ended, expect, hold, played, written
from tests.monitoring.loads import PRODUCTION, SCOPE, STAGING, Load, counted, executions, series
from tests.monitoring.service_cases import calls, sweeps

THERE = SCOPE | {"namespace": STAGING}
AN_HOURS_66: Load = {executions("completed"): (2, *[1] * 9)}
BUSY: Load = {executions("completed"): 10}


def sweeper(revision: str, values: str, namespace: str = PRODUCTION) -> dict[str, str]:
    """Return the runs of the sweeps of one revision."""
    labels = {"revision": revision, "function": "sweep_stories", "result": "done"}
    return {series("jobs_runs", 1, namespace, "sweep-stories", **labels): values}


def stopped_at(minute: int, namespace: str = PRODUCTION) -> Series:
    """Return ten calls a minute, and none from this minute on."""
    name = executions("completed", namespace=namespace)
    return written({name: f"0+10x{minute} {10 * minute}x300"})


@pytest.mark.parametrize("later", [0, 15, 30])
def test_each_level_is_told_until_calls_are_back(tmp_path: Path, later: int) -> None:
    """However few calls an hour are enough, the alert lasts, and ends with the first of them."""
    course = ((60, AN_HOURS_66 | sweeps(1)), (46, sweeps(1)), (5, AN_HOURS_66 | sweeps(1)))
    fires = {minute: [SCOPE] for minute in range(75 + later, 107)}
    first = ALERTS["no_traffic_after_deploy"]
    alert = replace(first, minutes=first.minutes + later)
    hold(tmp_path, alert, played(alert, counted(course), 112, fires))


def test_a_silence_is_told_for_three_hours(tmp_path: Path) -> None:
    """What nobody uses any more does not alert for ever."""
    fires = {minute: [SCOPE] for minute in range(75, 240)}
    expect(tmp_path, "traffic_stopped", stopped_at(60), 260, fires)


def test_instances_that_are_gone(tmp_path: Path) -> None:
    """They leave no series, and are missed as much as idle ones."""
    gone = [each for each in ended(counted(((60, calls(10)),))) if STAGING not in each["series"]]
    fires = {minute: [SCOPE] for minute in range(75, 240)}
    expect(tmp_path, "traffic_stopped", gone, 260, fires)


def test_a_single_call_does_not_hide_a_stop(tmp_path: Path) -> None:
    """It ends the alert, and a quarter of an hour later it is told again."""
    single: Load = {executions("completed"): 1}
    given = counted(((60, BUSY), (30, {}), (1, single), (40, {})))
    fires = {minute: [SCOPE] for minute in (*range(75, 91), *range(106, 120))}
    expect(tmp_path, "traffic_stopped", given, 120, fires)


def test_a_quiet_night_is_no_outage(tmp_path: Path) -> None:
    """Where there were few calls before, none at all are told to nobody."""
    few: Load = {executions("completed"): (1, *[0] * 9)}
    expect(tmp_path, "traffic_stopped", counted(((60, few), (60, {}))), 120, {})


def test_a_slow_decline_is_no_stop(tmp_path: Path) -> None:
    """Two calls a minute that become none in five hours end with an hour of few."""
    so_far = [int(2 * minute - minute**2 / 300) for minute in range(300)]
    declining = " ".join(map(str, (*so_far, *[300] * 180)))
    expect(tmp_path, "traffic_stopped", written({executions("completed"): declining}), 480, {})


def test_a_deploy_does_not_look_like_silence(tmp_path: Path) -> None:
    """The new revision's instances go on where the old ones end, in series of their own."""
    old = counted(((60, BUSY | sweeps(1)),))
    new = {executions("completed", instance=2): "_x60 0+10x30"}
    for name in ("traffic_stopped", "no_traffic_after_deploy"):
        expect(tmp_path, name, [*ended(old), *written(new)], 90, {})


def test_a_stop_within_two_hours_of_a_deploy(tmp_path: Path) -> None:
    """It pages, and goes on when the deploy is older."""
    revisions = sweeper("old", "0+1x35 stale") | sweeper("new", "_x35 0+1x300")
    fires = {minute: [SCOPE] for minute in range(145, 300)}
    given = [*stopped_at(130), *written(revisions)]
    expect(tmp_path, "no_traffic_after_deploy", given, 300, fires)


@pytest.mark.parametrize(
    "swept",
    [
        sweeper("old", "0+1x400"),
        sweeper("old", "0+1x60 _x50 61+1x400"),
        sweeper("older", "0+1x10 stale") | sweeper("old", "_x10 0+1x400"),
    ],
    ids=["always", "with a rest", "after another"],
)
def test_a_stop_long_after_a_deploy(tmp_path: Path, swept: dict[str, str]) -> None:
    """It pages nobody, whatever sweeps there were two hours before; the team hears of it."""
    given = [*stopped_at(200), *written(swept)]
    expect(tmp_path, "no_traffic_after_deploy", given, 300, {})
    fires = {minute: [SCOPE] for minute in range(215, 300)}
    expect(tmp_path, "traffic_stopped", given, 300, fires)


def test_each_environment_has_deploys_of_its_own(tmp_path: Path) -> None:
    """Where traffic stops in two, it pages for the one that was deployed just now."""
    old, new = sweeper("same", "0+1x300"), sweeper("same", "_x125 0+1x175", STAGING)
    given = [*stopped_at(130), *stopped_at(130, STAGING), *written(old | new)]
    minutes = range(145, 200)
    expect(tmp_path, "no_traffic_after_deploy", given, 200, {each: [THERE] for each in minutes})
    expect(tmp_path, "traffic_stopped", given, 200, {each: [SCOPE, THERE] for each in minutes})
