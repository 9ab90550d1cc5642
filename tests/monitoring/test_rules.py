"""Every alert fires where it should and nowhere else, as the real promtool evaluates its rule."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.ops.monitoring.alert import Alert, read_alerts
from scripts.ops.monitoring.rules import rules, rules_text
from scripts.ops.monitoring.signal import Unit
from tests.monitoring import service_cases, store_cases, story_cases
from tests.monitoring.alert_case import Check
from tests.monitoring.promtool import PromtoolError, promtool, run_tests

ALERTS = {alert.name: alert for alert in read_alerts()}
CASES = {
    case.alert: case for case in (*story_cases.CASES, *service_cases.CASES, *store_cases.CASES)
}
NEAR = 0.01
FAR = 0.15
FAILED = re.compile(r"^ *name: (.+),$", re.MULTILINE)
NOT_EXACT = {"slo_burn_fast"}  # 0.144 / 0.01 is a little below 14.4


def nearer(alert: Alert) -> Alert:
    return replace(alert, threshold=alert.threshold + (NEAR if alert.sign == "<" else -NEAR))


def farther(alert: Alert) -> Alert:
    away = 1 if alert.signal.unit is Unit.COUNT else FAR * alert.threshold
    return replace(alert, threshold=alert.threshold + (-away if alert.sign == "<" else away))


def not_strict(alert: Alert) -> Alert:
    return alert if alert.name in NOT_EXACT else replace(alert, sign=f"{alert.sign}=")


def sooner(alert: Alert) -> Alert:
    return replace(alert, minutes=max(0, alert.minutes - 1))


def later(alert: Alert) -> Alert:
    return replace(alert, minutes=alert.minutes + 1)


def with_fewer(alert: Alert) -> Alert:
    return replace(alert, signal=replace(alert.signal, least=alert.signal.least - 1))


def with_more(alert: Alert) -> Alert:
    return replace(alert, signal=replace(alert.signal, least=alert.signal.least + 1))


def run(
    folder: Path,
    change: Callable[[Alert], Alert] = lambda alert: alert,
    checks: Collection[Check] = tuple(Check),
) -> None:
    """Run the checks of all alerts, on rules that are changed like this."""
    tested = {}
    for name, alert in ALERTS.items():
        groups = CASES[name].groups(alert)
        looked_at = [groups[check] for check in checks if check in groups]
        tested[name] = (rules([change(alert)]), looked_at)
    run_tests(folder, tested)


def test_every_alert_has_a_case() -> None:
    """No alert goes untested, and the least number of samples is tested where there is one."""
    assert CASES.keys() == ALERTS.keys()
    for name, case in CASES.items():
        least = bool(ALERTS[name].signal.samples)
        assert (bool(case.few), bool(case.enough)) == (least, least), name


def test_alerts_fire_where_they_should(tmp_path: Path) -> None:
    """Silent at the threshold and up to the duration, firing past it, resolved afterwards."""
    run(tmp_path)


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (nearer, Check.AT),
        (not_strict, Check.AT),
        (farther, Check.PAST),
        (sooner, Check.PAST),
        (later, Check.PAST),
        (with_fewer, Check.FEW),
        (with_more, Check.ENOUGH),
    ],
)
def test_a_rule_that_is_a_little_off_is_found_out(
    tmp_path: Path, change: Callable[[Alert], Alert], check: Check
) -> None:
    """Another threshold, duration or least number of samples fails the test of each alert."""
    with pytest.raises(PromtoolError) as refused:
        run(tmp_path, change, [check])
    groups: Mapping[str, Collection[Check]] = {
        name: CASES[name].groups(alert) for name, alert in ALERTS.items() if change(alert) != alert
    }
    wanted = {f"{name}: {check}" for name, checks in groups.items() if check in checks}
    assert set(FAILED.findall(str(refused.value))) == wanted


def test_the_written_file_is_a_rule_file(tmp_path: Path) -> None:
    """What is rendered for people is what promtool takes, with every alert in it."""
    file = tmp_path / "rules.yaml"
    file.write_text(rules_text(read_alerts()))
    assert f"{len(ALERTS)} rules found" in promtool("check", "rules", file)
