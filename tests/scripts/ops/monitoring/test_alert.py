from pathlib import Path

import pytest

from scripts.ops.monitoring.alert import FILE, AlertsError, Severity, read_alerts

GOOD = {
    "name": "slow",
    "of": "stories",
    "condition": "execution_time > 30s",
    "duration": "5m",
    "action": "page_oncall",
    "severity": "P1",
    "runbook": "slow-stories",
}


def written(root: Path, *alerts: dict[str, str]) -> Path:
    """Return a root whose file has these alerts."""
    lines = [
        f"  {'- ' if first == 0 else '  '}{key}: {value}"
        for alert in alerts
        for first, (key, value) in enumerate(alert.items())
    ]
    (root / "monitoring").mkdir()
    (root / FILE).write_text("\n".join(["alerts:", *lines]))
    return root


def test_an_alert_in_the_guides_form(tmp_path: Path) -> None:
    """Name, condition, duration, action and severity are read as they stand."""
    (alert,) = read_alerts(written(tmp_path, GOOD))
    assert (alert.name, alert.signal.key, alert.sign) == ("slow", "stories.execution_time", ">")
    assert (alert.threshold, alert.minutes, alert.severity) == (30, 5, Severity.P1)
    assert (alert.action, alert.runbook, alert.without) == ("page_oncall", "slow-stories", "")


def test_a_share_is_written_in_percent(tmp_path: Path) -> None:
    """5 % of executions are 0.05 of them, and the query's words say so."""
    (alert,) = read_alerts(written(tmp_path, {**GOOD, "condition": "error_rate > 2.5%"}))
    assert alert.threshold == 0.025
    assert " > 0.025) and (" in alert.expression


def test_a_condition_is_strict(tmp_path: Path) -> None:
    """At the threshold it does not hold, whichever way it looks."""
    over, under = read_alerts(
        written(
            tmp_path,
            GOOD,
            {**GOOD, "name": "quiet", "of": "service", "condition": "traffic < 1"},
        )
    )
    assert [over.holds(value) for value in (30, 30.01)] == [False, True]
    assert [under.holds(value) for value in (1, 0.99)] == [False, True]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"condition": "execution_time over 30s"}, "no condition such as"),
        ({"condition": "execution_time >= 30s"}, "no condition such as"),
        ({"condition": "speed > 30s"}, "stories has no signal speed, but error_rate, "),
        ({"of": "nobody"}, "nobody has no signal execution_time, but nothing"),
        ({"condition": "execution_time > 30%"}, "execution_time is written with s"),
        ({"condition": "error_rate > 5"}, "error_rate is written with %"),
        ({"condition": "retries > 2s"}, "retries is written with no unit"),
        ({"duration": "5 minutes"}, "no duration such as `5m`"),
        ({"severity": "P4"}, "none of P1, P2, P3"),
        ({"runbok": "slow"}, "missing or unknown: runbok"),
    ],
    ids=lambda value: next(iter(value.values())) if isinstance(value, dict) else "",
)
def test_what_is_written_wrongly(tmp_path: Path, change: dict[str, str], told: str) -> None:
    """Each mistake is refused with the alert's name, and with what would be right."""
    with pytest.raises(AlertsError, match=told) as refusal:
        read_alerts(written(tmp_path, {**GOOD, **change}))
    assert "slow: " in str(refusal.value)


def test_what_is_missing(tmp_path: Path) -> None:
    """An alert without an action would reach nobody."""
    without = {key: value for key, value in GOOD.items() if key != "action"}
    with pytest.raises(AlertsError, match="slow: missing or unknown: action"):
        read_alerts(written(tmp_path, without))


def test_a_name_stands_for_one_alert(tmp_path: Path) -> None:
    """Two alerts of one name would be one in the cloud."""
    with pytest.raises(AlertsError, match="slow: there twice"):
        read_alerts(written(tmp_path, GOOD, GOOD))


@pytest.mark.parametrize("text", ["alerts: [", "alerts: {}", "rules: []", "alerts: [one]", ""])
def test_a_file_of_another_form(tmp_path: Path, text: str) -> None:
    """What is no list of alerts is refused as a whole."""
    written(tmp_path)
    (tmp_path / FILE).write_text(text)
    with pytest.raises(AlertsError, match=FILE):
        read_alerts(tmp_path)
