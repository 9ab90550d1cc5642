"""The tests' promtool says what is wrong."""

from pathlib import Path

import pytest

from tests.monitoring.alert_case import group
from tests.monitoring.promtool import PromtoolError, check, run_tests


def test_queries_are_read() -> None:
    """What is PromQL passes; what is none is told as promtool tells it."""
    check(["sum(a)", "b > 1"])
    with pytest.raises(PromtoolError, match="unclosed left parenthesis"):
        check(["sum(a)", "sum(b"])


def test_a_failed_test_is_told(tmp_path: Path) -> None:
    """A rule that fires where it should not is named."""
    rule = {"alert": "always", "expr": "vector(1)"}
    rules = {"groups": [{"name": "one", "rules": [rule]}]}
    asked = [{"eval_time": "1m", "alertname": "always", "exp_alerts": []}]
    with pytest.raises(PromtoolError, match="alertname: always, time: 1m"):
        run_tests(tmp_path, {"one": (rules, [group("always", [], asked)])})
