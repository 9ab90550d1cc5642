"""What the alerts make of instances that come and go, of silence, and of several environments."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from conteur.telemetry.registry import EXECUTIONS
from scripts.ops.monitoring.promql import events
from tests.monitoring.in_time import ALERTS, Labels, ended, expect, hold, played, written
from tests.monitoring.loads import SCOPE, STAGING, STORY, Course, Load, counted, executions, series
from tests.monitoring.promtool import run_tests
from tests.monitoring.service_cases import sweeps
from tests.monitoring.story_cases import FUNCTION, took

HERE, THERE = SCOPE | FUNCTION, SCOPE | FUNCTION | {"namespace": STAGING}


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


@pytest.mark.parametrize(
    ("pace", "healthy", "enough", "told"),
    [("fast", 180, 9, range(191, 194)), ("slow", 720, 22, range(757, 771))],
)
def test_the_long_window_of_a_burn(
    tmp_path: Path, pace: str, healthy: int, enough: int, told: range
) -> None:
    """After long health so many minutes of errors are enough, and one less is not."""
    fires = {minute: [HERE] for minute in told}
    for minutes, fired in ((enough - 1, {}), (enough, fires)):
        given = counted((*bad(healthy, 0), *bad(minutes), *bad(60, 0)))
        expect(tmp_path, f"slo_burn_{pace}", given, healthy + 60, fired)


def test_sweeps_that_never_ran(tmp_path: Path) -> None:
    """Where no instance has ever swept, the alert fires without an environment."""
    never = {"function": "sweep_stories", "result": "done", "monitored_resource": "generic_task"}
    given = counted(((6, {executions("completed"): 1}),))
    expect(tmp_path, "sweep_not_run", given, 6, {5: [never]})


def test_a_sweeper_that_is_gone(tmp_path: Path) -> None:
    """It is missed for six hours as its environment's, and then as one that never ran."""
    never = {"function": "sweep_stories", "result": "done", "monitored_resource": "generic_task"}
    gone = ended(counted(((20, sweeps(1)),)))
    fires: dict[int, Sequence[Labels]] = {minute: [SCOPE] for minute in range(35, 381)}
    fires |= {minute: [never] for minute in range(386, 390)}
    expect(tmp_path, "sweep_not_run", gone, 390, fires)


@pytest.mark.parametrize(
    ("values", "calls"),
    [("_x90 0 14", 21), ("_x90 1000 1014", 28), ("1000+1x120", 60)],
)
def test_what_increase_adds(tmp_path: Path, values: str, calls: float) -> None:
    """Two points 5 s apart count 1.5 times where they begin at 0, else twice; many are exact."""
    given = written({executions("completed"): values})
    labels = "{" + ", ".join(f'{name}="{value}"' for name, value in SCOPE.items()) + "}"
    counts = {"expr": events(EXECUTIONS), "eval_time": "10m"}
    asked = [counts | {"exp_samples": [{"labels": labels, "value": calls}]}]
    tests = [{"interval": "5s", "input_series": given, "promql_expr_test": asked}]
    run_tests(tmp_path, {"increase": ({"groups": []}, tests)})


@pytest.mark.parametrize(("repeated", "first"), [(True, 16), (False, 17)])
def test_errors_after_a_rest_are_seen_at_once(
    tmp_path: Path, first: int, *, repeated: bool
) -> None:
    """A tenth fails; the old value, sent again 5 s before the first new one, shows the rise."""

    def rested(each: int) -> str:
        before = each if repeated else "_"
        return f"0 _x11 {each} _x118 {before} {2 * each} _x11 {3 * each} " + " ".join(
            f"_x11 {more * each}" for more in range(4, 10)
        )

    given = {executions("completed"): rested(900), executions("failed", "BUG"): rested(100)}
    alert = ALERTS["stories_error_rate_p1"]
    test = played(alert, written(given), 18, {minute: [HERE] for minute in range(first, 18)})
    hold(tmp_path, alert, {**test, "interval": "5s"})


def test_a_circuit_that_is_tried_again(tmp_path: Path) -> None:
    """A circuit that is half open at some points, between two failures, is open all the time."""
    state = series("model_circuit_state", 1, model="gpt-4o-mini")
    expect(
        tmp_path,
        "breaker_open",
        written({state: "0 2 2 1 2 2 1 2 2 0 0 0 0"}),
        13,
        {minute: [SCOPE | {"model": "gpt-4o-mini"}] for minute in range(3, 11)},
    )


def test_an_announcement_ends_by_itself(tmp_path: Path) -> None:
    """One point, which nothing follows, is told for five minutes, and then no more."""
    point = {series("operations_announcements", job="operations", kind="rolled_back"): "_x4 1"}
    fires = {minute: [SCOPE] for minute in range(4, 10)}
    expect(tmp_path, "service_rolled_back", written(point), 20, fires)
