"""The table shows figures, ratios and goals, and the report names noise where it was."""

import pytest

from tests.bench.made_up import BUSY, bound, cold, run, streams
from tests.bench.table import number, report, rows, table


def test_a_goal_that_is_reached() -> None:
    """A row has the medians of the peers, the spread of the ratios, the goal and its verdict."""
    (row,) = rows(bound([20, 30, 40], [100, 100, 100]))
    assert row.title == "Start: port bound"
    assert row.figures == {"conteur": "30.0", "docs-sample-80": "100"}
    assert row.ratio == "0.30 (0.25 to 0.35; 0.20 to 0.40)"
    assert (row.goal, row.reached) == ("<= 0.35", "yes")


def test_a_goal_that_is_missed() -> None:
    """A median beyond the goal is a plain no."""
    (row,) = rows(bound([30, 36, 40], [100, 100, 100]))
    assert row.reached == "NO"


def test_a_goal_against_another_peer() -> None:
    """A metric's second goal gets a row of its own, which names the peer."""
    first, second = rows(cold())
    assert (first.goal, first.reached) == ("<= 0.72", "yes")
    assert second.title.endswith(", against hello-world callable")
    assert (second.ratio.split()[0], second.goal, second.reached) == ("2.00", "<= 1.9", "NO")


def test_a_goal_at_least() -> None:
    """A throughput has to reach its goal, against the threads that its row names."""
    throughput = next(row for row in rows(streams()) if "throughput" in row.title)
    assert throughput.title.endswith(", against docs sample, default threads")
    assert (throughput.goal, throughput.reached) == (">= 9.6", "yes")


def test_a_peer_that_was_left_out() -> None:
    """Without its reference a metric has its figures, and neither ratio nor verdict."""
    (row,) = rows(bound([30], []))
    assert (row.figures, row.ratio, row.reached) == ({"conteur": "30.0"}, "", "")


def test_the_columns() -> None:
    """Every line of the table has the same columns at the same places."""
    lines = table(run(bound([30], [100]), cold())).splitlines()
    assert len(lines) == 2 + 1 + 2
    places = [[at for at, sign in enumerate(line) if sign == "|"] for line in lines]
    assert all(each == places[0] for each in places)


def test_noise_is_said_twice() -> None:
    """A noisy run says so before its figures and after them, and marks what it spoilt."""
    told = report(run(bound([30], [100], BUSY), cold()))
    assert told.count("THE MACHINE IS TOO NOISY") == 2
    assert "Disturbed: bound." in told
    assert "port bound (noisy)" in told
    assert "yes, noisy" in told
    assert "first story told (noisy)" not in told


def test_a_quiet_run() -> None:
    """A quiet run says what it depends on, and how quiet it was."""
    told = report(run(cold()))
    assert "TOO NOISY" not in told
    assert "processor: an abacus" in told
    assert "The machine was quiet: 0 of 1 looks were disturbed" in told


def test_a_quick_run() -> None:
    """A quick run's figures are called rough."""
    assert "Rough figures" in report(run(cold(), quick=True))
    assert "Rough figures" not in report(run(cold()))


@pytest.mark.parametrize(
    ("figure", "shown"),
    [
        (0, "0.000"),
        (0.005, "0.005"),
        (0.356, "0.36"),
        (12.34, "12.3"),
        (123.4, "123"),
        (10_113, "10,113"),
    ],
)
def test_numbers(figure: float, shown: str) -> None:
    """A figure is shown with about three digits that count."""
    assert number(figure) == shown
