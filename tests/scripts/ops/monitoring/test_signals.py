"""The signals ask for metrics that are sent, and say which."""

import re
from pathlib import Path

import pytest

from conteur.telemetry.registry import METRICS, Distribution
from scripts.ops.monitoring.alert import Alert, read_alerts
from scripts.ops.monitoring.signal import Signal
from scripts.ops.monitoring.signals import SIGNALS
from scripts.ops.monitoring.story_signals import ATTEMPTS

SETTINGS = Path(__file__).parents[4] / "functions/.env"
SELECTED = re.compile(r"custom_googleapis_com:(\w+)\{(.*?)\}")
LABEL = re.compile(r'(\w+)(?:=~|!=|=)"')
PARTS = ("_bucket", "_count", "_sum")
# https://cloud.google.com/monitoring/promql/promql-mapping
NAMES = {re.sub(r"\W", "_", each.type.partition("/")[2]): each for each in METRICS}
NAMES |= {
    name + part: each
    for name, each in NAMES.items()
    if isinstance(each, Distribution)
    for part in PARTS
}


def read_by(text: str) -> set[str]:
    """Return the paths of the metrics whose series the text asks for."""
    return {NAMES[name].path for name, _ in SELECTED.findall(text)}


@pytest.mark.parametrize("alert", read_alerts(), ids=lambda alert: alert.name)
def test_a_rule_names_what_is_sent(alert: Alert) -> None:
    """Every metric in a rule is in the registry, and all are written as series of our resource."""
    assert read_by(alert.expression)
    assert alert.expression.count("custom_googleapis_com") == len(
        SELECTED.findall(alert.expression)
    )
    assert all(
        'monitored_resource="generic_task"' in each
        for _, each in SELECTED.findall(alert.expression)
    )


@pytest.mark.parametrize("signal", SIGNALS.values(), ids=lambda signal: signal.key)
def test_a_signal_says_what_it_reads(signal: Signal) -> None:
    """Its metrics are those that its query and its samples ask for, and each has the labels."""
    text = signal.query + signal.samples
    assert {metric.path for metric in signal.metrics} == read_by(text)
    for name, matchers in SELECTED.findall(text):
        assert set(LABEL.findall(matchers)) - {"monitored_resource"} <= set(NAMES[name].labels)


@pytest.mark.parametrize("signal", SIGNALS.values(), ids=lambda signal: signal.key)
def test_a_distribution_is_read_by_its_parts(signal: Signal) -> None:
    """A distribution has no series of its own name; what is no distribution has no other."""
    for name, _ in SELECTED.findall(signal.query + signal.samples):
        assert isinstance(NAMES[name], Distribution) == name.endswith(PARTS)


def test_retries_are_of_as_many_attempts_as_are_made() -> None:
    """The signal's factor is what the functions are deployed with."""
    assert f"\nOPENAI_MAX_ATTEMPTS={ATTEMPTS}\n" in SETTINGS.read_text()
