"""Which alerts a validation holds the service to, and how counts are compared."""

from scripts.ops.monitoring.alert import read_alerts
from scripts.ops.validation.metric_checks import chosen, risen
from tests.scripts.ops.validation.world import ROOT

ALERTS = read_alerts(ROOT)


def names(environment: str) -> set[str]:
    return {each.name for each in chosen(ALERTS, environment)}


def test_grave_ones_only() -> None:
    """P1 and P2 count, P3 does not, and no announcement is a signal of health."""
    found = names("production")
    assert {"stories_slow_p1", "retries_p2", "sweep_not_run"} <= found
    assert found.isdisjoint({"stories_slow_p3", "service_rolled_back", "test_alert"})


def test_the_local_stack() -> None:
    """There neither schedules nor durations tell anything."""
    left = names("production") - names("local")
    assert {"stories_slow_p1", "store_publish_slow_response", "sweep_not_run"} <= left
    assert "stories_error_rate_p1" in names("local")


def test_what_has_risen() -> None:
    """A function that nothing was known of has risen by all that is counted now."""
    assert risen({"a": 3.0}, {"a": 5.0, "b": 2.0}) == {"a": 2.0, "b": 2.0}
