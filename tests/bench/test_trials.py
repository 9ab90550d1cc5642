"""Trials are alternated, and their medians, ratios and spreads are exact."""

import pytest

from tests.bench.trials import Spread, Trials, order, percentile


def test_the_order_turns_round() -> None:
    """Each round begins with the peer that ended the one before."""
    assert [list(order(["a", "b", "c"], number)) for number in range(3)] == [
        ["a", "b", "c"],
        ["c", "b", "a"],
        ["a", "b", "c"],
    ]


def test_a_spread() -> None:
    """A spread has the median, the quartiles and the extremes, whatever the figures' order."""
    assert Spread.of([5.0, 1.0, 4.0, 2.0, 3.0]) == Spread(3.0, 2.0, 4.0, 1.0, 5.0)


def test_the_spread_of_one_figure() -> None:
    """One figure alone is its own median, quartile and extreme."""
    assert Spread.of([7.0]) == Spread(7.0, 7.0, 7.0, 7.0, 7.0)


def test_a_ratio_is_formed_within_each_round() -> None:
    """Drift that slows both peers of a round leaves its ratio alone."""
    trials = Trials({"a": [{"ms": 1.0}, {"ms": 10.0}], "b": [{"ms": 2.0}, {"ms": 20.0}]})
    assert trials.ratio("a", "b", "ms") == Spread.of([0.5])


def test_the_median_of_ratios_is_no_ratio_of_medians() -> None:
    """The ratio of a pair counts, not those of figures that were taken at different times."""
    trials = Trials(
        {
            "a": [{"ms": 1.0}, {"ms": 9.0}, {"ms": 4.0}],
            "b": [{"ms": 1.0}, {"ms": 3.0}, {"ms": 8.0}],
        }
    )
    ratio = trials.ratio("a", "b", "ms")
    assert ratio is not None
    assert (ratio.median, ratio.least, ratio.most) == (1.0, 0.5, 3.0)


@pytest.mark.parametrize("reference", [[{"ms": 0.0}], [{"other": 1.0}], []])
def test_no_ratio(reference: list[dict[str, float]]) -> None:
    """There is no ratio to what is nothing, or was not measured."""
    assert Trials({"a": [{"ms": 1.0}], "b": reference}).ratio("a", "b", "ms") is None


def test_a_peer_that_was_not_measured() -> None:
    """A peer without trials has no spread."""
    assert Trials({}).spread("a", "ms") is None


@pytest.mark.parametrize(("percent", "figure"), [(0, 1.0), (50, 10.0), (95, 19.0), (100, 20.0)])
def test_percentiles(percent: int, figure: float) -> None:
    """A percentile is the figure that so many of a hundred do not exceed."""
    assert percentile([float(n) for n in range(20, 0, -1)], percent) == figure
