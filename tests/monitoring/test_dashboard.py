"""The dashboard of monitoring/dashboard.yaml: what it leaves out, what it asks, how it looks."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.cloud.monitoring_dashboard_v1 import Dashboard
from google.protobuf import json_format

from conteur.telemetry.registry import METRICS
from scripts.local.standins.cloud_monitoring.dashboard_rules import refusal_of
from scripts.ops.monitoring.alert import read_alerts
from scripts.ops.monitoring.board.dashboard import MOST_WIDGETS, dashboard, deployed_services
from scripts.ops.monitoring.board.grid import height_of
from scripts.ops.monitoring.board.tile import COLUMNS, Section, Show, Tile
from scripts.ops.monitoring.board.tiles import labels_of, read_dashboard
from scripts.ops.monitoring.promql import name_of
from scripts.ops.monitoring.signals import SIGNALS
from tests.monitoring.evaluated import unanswered
from tests.monitoring.made_series import RESOURCE
from tests.monitoring.promtool import check

ROOT = Path(__file__).parents[2]
ALERTS = read_alerts(ROOT)
SECTIONS = read_dashboard(ROOT, ALERTS)
TILES = [tile for section in SECTIONS for tile in section.tiles]
QUERIES = [line.query for tile in TILES for line in tile.lines]
ASKED = [*QUERIES, *(alert.expression for alert in ALERTS)]
NAME = re.compile(r"custom_googleapis_com:\w+")
SELECTOR = re.compile(r"custom_googleapis_com:\w+\{[^}]*\}")
BY_NAME = {name_of(metric): metric for metric in METRICS}
MANY_LINES = 15
AT_A_GLANCE = {
    *("stories.success_rate", "stories.error_rate", "stories.execution_time", "stories.stories"),
    *("stories.in_flight", "stories.retries", "stories.memory", "service.budget"),
}


def names(query: str) -> set[str]:
    """Return the metrics' names, without what a distribution's parts have at their end."""
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in NAME.findall(query)}


def squares(tile: dict[str, int]) -> Iterator[tuple[int, int]]:
    for x in range(tile["xPos"], tile["xPos"] + tile["width"]):
        for y in range(tile["yPos"], tile["yPos"] + tile["height"]):
            yield x, y


def test_every_metric_is_seen() -> None:
    """Each metric of the registry is on a tile or in an alert, and no other is asked for."""
    assert {name for query in ASKED for name in names(query)} == set(BY_NAME)


def test_every_signal_is_used() -> None:
    """Each signal is on a tile or decides an alert: none is there for nothing."""
    used = [key for key, signal in SIGNALS.items() if any(signal.query in each for each in ASKED)]
    assert used == list(SIGNALS)


def test_every_threshold_is_drawn() -> None:
    """Each alert's threshold is a line of a tile, beside the values that it judges."""
    drawn = {alert.name for tile in TILES if tile.show is Show.LINES for alert in tile.alerts}
    assert drawn == {alert.name for alert in ALERTS}


def test_prometheus_reads_every_query() -> None:
    """Every query of a tile is one that a real Prometheus takes as a recording rule."""
    check(QUERIES)


def test_every_query_answers(tmp_path: Path) -> None:
    """Where every metric has values, every tile has a number to show."""
    assert not unanswered(QUERIES, tmp_path)


def test_every_label_is_one_that_is_sent(tmp_path: Path) -> None:
    """Each set of labels that a tile asks for is one that a series has."""
    selectors = {each for query in QUERIES for each in SELECTOR.findall(query)}
    assert len(selectors) > len(METRICS)
    assert not unanswered(sorted(selectors), tmp_path)


def test_lines_are_told_apart_by_labels_that_they_have() -> None:
    """What a legend names is a label of each metric that is asked for, or of their resource."""
    for query in QUERIES:
        for name in names(query):
            assert set(labels_of(query)) <= {*BY_NAME[name].labels, *RESOURCE}


def test_a_query_of_nothing_does_not_answer(tmp_path: Path) -> None:
    """What the two tests above rely on: a wrong label's value is found out."""
    wrong = 'custom_googleapis_com:conteur_jobs_runs{result="well"}'
    assert unanswered([wrong, QUERIES[0]], tmp_path) == [wrong]


def test_lines_at_zero_hide_none(tmp_path: Path) -> None:
    """A tile of many lines shows those that are not zero."""
    many = {f"count({query}) > {MANY_LINES}": query for query in QUERIES}
    few = unanswered(many, tmp_path)
    crowded = [query for asked, query in many.items() if asked not in few]
    assert crowded
    assert all(query.endswith("> 0") for query in crowded)


def test_the_guides_order() -> None:
    """The live state is first, with all that is seen at a glance; then graphs, log, usage."""
    titles = [section.title for section in SECTIONS]
    assert titles[:4] == ["Live state", "Performance", "Errors", "Usage"]
    live = SECTIONS[0].tiles
    assert live[0].show is Show.ALERTS
    assert {tile.title for tile in live[1:]} >= {
        SIGNALS[key].title for key in AT_A_GLANCE - {"stories.execution_time"}
    }
    assert SECTIONS[2].tiles[0].show is Show.LOGS


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.title)
def test_rows_are_full(section: Section) -> None:
    """A section's tiles fill its rectangle: no gap, and so no overlap of what is inside it."""
    assert sum(tile.width * tile.height for tile in section.tiles) == COLUMNS * height_of(
        section.tiles
    )


@pytest.mark.parametrize("tile", TILES, ids=lambda tile: tile.title)
def test_every_tile_explains_itself(tile: Tile) -> None:
    """A tile has a heading that fits, a sentence, and lines that can be told apart."""
    assert len(tile.title) <= 3 * tile.width
    assert tile.what.endswith(".")
    assert len({line.legend for line in tile.lines}) == len(tile.lines)


def test_cloud_monitoring_takes_it() -> None:
    """The API's own type knows every field, and there are not more widgets than it takes."""
    made = dashboard(SECTIONS, "conteur-test", deployed_services(ROOT))
    read = json_format.ParseDict(made, Dashboard.pb(Dashboard()))
    assert len(TILES) + len(SECTIONS) == len(read.mosaic_layout.tiles) <= MOST_WIDGETS
    assert refusal_of(read) is None


def test_no_two_widgets_overlap() -> None:
    """Each square of the grid has one widget, and none is outside of its columns."""
    tiles = dashboard(SECTIONS, "conteur-test", [])["mosaicLayout"]["tiles"]
    taken = [square for tile in tiles for square in squares(tile)]
    assert len(taken) == len(set(taken))
    assert {x for x, _ in taken} == set(range(COLUMNS))
