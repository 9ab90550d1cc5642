"""Reading the dashboard's file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.ops.monitoring.alert import read_alerts
from scripts.ops.monitoring.board.tile import Line, Section, Show, Tile
from scripts.ops.monitoring.board.tiles import DashboardError, labels_of, read_dashboard
from scripts.ops.monitoring.signal import Unit
from scripts.ops.monitoring.signals import SIGNALS

ROOT = Path(__file__).parents[5]
Read = Callable[[str], Tile]


def sections(root: Path, text: str) -> list[Section]:
    folder = root / "monitoring"
    folder.mkdir()
    (folder / "dashboard.yaml").write_text(text)
    return list(read_dashboard(root, read_alerts(ROOT)))


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Return what reads one tile of a dashboard."""

    def of(tile: str) -> Tile:
        text = f"sections: [{{title: One, tiles: [{{{tile}}}]}}]"
        return sections(tmp_path, text)[0].tiles[0]

    return of


def test_a_signals_tile(read: Read) -> None:
    """A tile of one signal has its title, sentence, unit and query, and its alerts' thresholds."""
    tile, signal = read("signals: [stories.memory]"), SIGNALS["stories.memory"]
    assert (tile.title, tile.what, tile.unit) == (signal.title, signal.what, Unit.SHARE)
    assert tile.lines == [Line(signal.query, "{{job}}")]
    assert [alert.name for alert in tile.alerts] == ["memory_p1", "memory_p2", "memory_p3"]
    assert (tile.show, tile.width, tile.height) == (Show.LINES, 16, 16)


def test_several_signals(read: Read) -> None:
    """Several signals are several lines, each with its title and its labels."""
    keys = "service.slo_burn_fast, service.slo_burn_slow"
    tile = read(f"signals: [{keys}], title: Burn, what: Both.")
    fast, slow = (SIGNALS[key].title for key in keys.split(", "))
    assert [line.legend for line in tile.lines] == [
        f"{fast} {{{{function}}}}",
        f"{slow} {{{{function}}}}",
    ]
    assert {alert.name for alert in tile.alerts} == {"slo_burn_fast", "slo_burn_slow"}


def test_a_metrics_tile(read: Read) -> None:
    """A metric's lines are named after the labels that tell them apart."""
    tile = read("metrics: [story/ratings], as: a_day, by: [stars], title: Ratings, what: All.")
    assert [line.legend for line in tile.lines] == ["{{stars}}"]
    assert (tile.title, tile.what, tile.unit, tile.alerts) == ("Ratings", "All.", Unit.COUNT, [])


def test_only_some_series(read: Read) -> None:
    """A tile may be of some of the series, and of those only that are not zero."""
    tile = read(
        "metrics: [story/ratings], as: a_day, with: {stars: 5}, hide_zeros: true, "
        "title: T, what: W."
    )
    assert 'stars="5"' in tile.lines[0].query
    assert tile.lines[0].query.endswith(" > 0")
    assert tile.lines[0].legend == "T"


def test_named_metrics(read: Read) -> None:
    """Several metrics are named as the file says."""
    metrics = "metrics: [budget/load_micros, budget/limit_micros], names: [used, limit]"
    tile = read(f"{metrics}, as: newest, title: Budget, what: Both., width: 12, height: 9")
    assert [line.legend for line in tile.lines] == ["used", "limit"]
    assert (tile.unit, tile.width, tile.height) == (Unit.DOLLARS, 12, 9)


@pytest.mark.parametrize(("across", "by"), [("", "max"), (", across: min", "min")])
def test_a_number_is_one(read: Read, across: str, by: str) -> None:
    """A number of a signal with several series is the highest, or what the file says."""
    tile = read(f"show: number, signals: [stories.error_rate]{across}")
    query = SIGNALS["stories.error_rate"].query
    assert tile.lines == [Line(f"{by} by (project_id, namespace) ({query})", "Error rate")]


def test_a_number_of_one_series(read: Read) -> None:
    """A number of one series is asked for as it is."""
    tile = read("show: number, signals: [stories.retries]")
    assert tile.lines[0].query == SIGNALS["stories.retries"].query


@pytest.mark.parametrize("show", [Show.ALERTS, Show.LOGS])
def test_tiles_without_queries(read: Read, show: Show) -> None:
    """Firing alerts and the error log are tiles without a query."""
    tile = read(f"show: {show}, title: Seen, what: Something.")
    assert (tile.show, tile.lines, tile.alerts) == (show, [], [])


@pytest.mark.parametrize(
    ("tile", "said"),
    [
        ("signals: [stories.nothing]", "there is no signal stories.nothing; there are service.b"),
        ("metrics: [story/nothing], as: a_day, title: T, what: W.", "there is no metric story/n"),
        ("metrics: [story/ratings], title: T, what: W.", "missing or unknown: as"),
        ("metrics: [story/ratings], as: p95, title: T, what: W.", "a counter like story/ratings"),
        (
            "metrics: [story/ratings], as: much, title: T, what: W.",
            "as 'much' is none of a_minute, a_day",
        ),
        ("metrics: [story/ratings], as: a_day, what: W.", "title is missing"),
        ("signals: [stories.cpu, stories.memory], title: T", "what is missing"),
        ("signals: [stories.cpu, stories.retries], title: T, what: W.", "one axis has one unit"),
        ("signals: [stories.cpu], colour: red", "missing or unknown: colour"),
        ("signals: [stories.cpu], by: [job]", "missing or unknown: by"),
        ("signals: [stories.cpu], show: pie", "show 'pie' is none of number, lines"),
        ("signals: [stories.cpu], show: number, across: all", "a number has one query"),
        ("signals: [stories.cpu], width: 49", "49 x 16 is no size in a grid of 48 columns"),
        ("signals: [stories.cpu], height: 0", "height must be a number above 0, not 0"),
        ("signals: [stories.cpu], height: -1", "16 x -1 is no size"),
        ("signals: stories.cpu", "signals must be a list, not 'stories.cpu'"),
        ("signals: []", "signals must be a list, not []"),
        (
            "metrics: [story/leaks_stopped], as: a_day, names: [a, b], title: T, what: W.",
            "there are 1",
        ),
        ("show: logs, title: T, what: W., signals: [stories.cpu]", "missing or unknown: signals"),
    ],
)
def test_a_wrong_tile(read: Read, tile: str, said: str) -> None:
    """What is wrong with a tile is said with its place."""
    with pytest.raises(DashboardError) as caught:
        read(tile)
    assert str(caught.value).startswith(f"monitoring/dashboard.yaml: One, tile 1: {said}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sections: [", "is no YAML"),
        ("tiles: []", "must be `sections:` and a list of them"),
        ("sections: []", "must be `sections:` and a list of them"),
        ("sections: [{title: One, tiles: []}]", "a section must have a `title` and"),
        ("sections: [{title: One, tiles: [1]}]", "a section must have a `title` and"),
        ("sections: [{title: One, tiles: [{}], more: 1}]", "a section must have a `title` and"),
    ],
)
def test_a_wrong_file(tmp_path: Path, text: str, said: str) -> None:
    """A file that is not sections of tiles is refused, and told what it should be."""
    with pytest.raises(DashboardError, match=said):
        sections(tmp_path, text)


def test_the_labels_of_a_query() -> None:
    """The labels that tell series apart are those that are summed by, but for scope and bucket."""
    query = "sum by (project_id, namespace, le, function) (a) / max by (project_id, namespace) (b)"
    assert labels_of(query) == ["function"]
    assert labels_of("sum(a)") == []
