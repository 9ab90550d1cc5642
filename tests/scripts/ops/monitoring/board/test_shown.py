"""How tiles show metrics that are no signals."""

import pytest

from conteur.telemetry.guard_metrics import BUDGET_LOAD_MICROS, MODERATION_SECONDS
from conteur.telemetry.library_metrics import RATINGS
from conteur.telemetry.registry import STORY_COST_MICROS, STORY_WORDS, Metric
from scripts.ops.monitoring.board.shown import As, query_of, unit_of
from scripts.ops.monitoring.signal import Unit

RATED = "custom_googleapis_com:conteur_story_ratings"
SCOPE = "project_id, namespace"


@pytest.mark.parametrize(
    ("how", "query"),
    [
        (As.A_MINUTE, f"60 * sum by ({SCOPE}, stars) (rate({RATED}{{RESOURCE}}[5m]))"),
        (As.A_DAY, f"sum by ({SCOPE}, stars) (increase({RATED}{{RESOURCE}}[1d]))"),
    ],
)
def test_events(how: As, query: str) -> None:
    """A counter is shown as its events a minute or a day, by the labels that are asked for."""
    expected = query.replace("RESOURCE", 'monitored_resource="generic_task"')
    assert query_of(RATINGS, how, ["stars"], {}) == expected


def test_only_some_series() -> None:
    """Labels that the series must have are in the query."""
    assert 'stars=~"4|5"' in query_of(RATINGS, As.A_DAY, [], {"stars": "~4|5"})


def test_distributions() -> None:
    """A distribution is shown as its mean or its 95th percentile, or by how many values it had."""
    mean = query_of(STORY_WORDS, As.MEAN, ["language"], {})
    assert "conteur_story_words_sum" in mean
    assert "language" in mean
    assert query_of(MODERATION_SECONDS, As.P95, [], {}).startswith("histogram_quantile(0.95")
    assert "conteur_story_words_count" in query_of(STORY_WORDS, As.A_DAY, [], {})


def test_gauges() -> None:
    """A gauge is shown as the highest of its instances."""
    assert query_of(BUDGET_LOAD_MICROS, As.NEWEST, [], {}).startswith(f"(max by ({SCOPE})")


@pytest.mark.parametrize(
    ("metric", "how", "by", "said"),
    [
        (RATINGS, As.P95, [], "a counter like story/ratings has no p95"),
        (BUDGET_LOAD_MICROS, As.A_MINUTE, [], "a gauge like budget/load_micros has no a_minute"),
        (RATINGS, As.A_DAY, ["colour"], "story/ratings has no label colour"),
    ],
)
def test_what_a_metric_has_not(metric: Metric, how: As, by: list[str], said: str) -> None:
    """What a metric cannot be shown as, or by, is refused and not answered by nothing."""
    with pytest.raises(ValueError, match=said):
        query_of(metric, how, by, {})


@pytest.mark.parametrize(
    ("metric", "how", "unit"),
    [
        (MODERATION_SECONDS, As.P95, Unit.SECONDS),
        (MODERATION_SECONDS, As.A_DAY, Unit.COUNT),
        (STORY_WORDS, As.MEAN, Unit.COUNT),
        (STORY_COST_MICROS, As.A_DAY, Unit.DOLLARS),
    ],
)
def test_units(metric: Metric, how: As, unit: Unit) -> None:
    """Times are in seconds, money is in dollars, and events are counted."""
    assert unit_of(metric, how) is unit


def test_money_is_in_dollars() -> None:
    """Millionths of a dollar are made dollars."""
    assert query_of(STORY_COST_MICROS, As.A_DAY, ["model"], {}).endswith("/ 1e6")
