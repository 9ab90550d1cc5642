"""What Cloud Monitoring is given for each kind of tile."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from scripts.ops.monitoring.alert import Alert, read_alerts
from scripts.ops.monitoring.board.dashboard import dashboard, deployed_services
from scripts.ops.monitoring.board.tile import Line, Section, Show, Tile
from scripts.ops.monitoring.marks import OURS
from scripts.ops.monitoring.signal import Unit

ROOT = Path(__file__).parents[5]


def alerts(signal: str) -> Sequence[Alert]:
    return [alert for alert in read_alerts(ROOT) if alert.signal.key == signal]


def tile(show: Show, *, unit: Unit = Unit.SHARE, alerts: Sequence[Alert] = ()) -> Tile:
    lines = [Line("up", "{{function}} of {{model}}")]
    return Tile(
        title="A tile",
        what="What it shows.",
        show=show,
        unit=unit,
        lines=lines,
        alerts=alerts,
        width=16,
        height=8,
    )


def widget(shown: Tile) -> dict[str, Any]:
    """Return the widget of a tile, which follows its section's header."""
    made = dashboard([Section("One", [shown])], "conteur-test", ["generate-story", "health"])
    found: dict[str, Any] = made["mosaicLayout"]["tiles"][1]["widget"]
    return found


def test_it_is_found_again() -> None:
    """The dashboard has its service's name, and the labels of all that is ours."""
    made = dashboard([], "conteur-test", [])
    assert (made["displayName"], made["labels"]) == ("conteur", OURS)
    assert made["mosaicLayout"] == {"columns": 48, "tiles": []}


def test_sections_follow_each_other() -> None:
    """Each section has a header of the grid's width, and begins where the one above ends."""
    one = Section("One", [tile(Show.LINES)] * 2)
    two = Section("Two", [tile(Show.LINES)])
    tiles = dashboard([one, two], "conteur-test", [])["mosaicLayout"]["tiles"]
    assert [(each["xPos"], each["yPos"]) for each in tiles] == [
        *((0, 0), (0, 4), (16, 4)),
        *((0, 12), (0, 16)),
    ]
    assert (tiles[3]["width"], tiles[3]["widget"]["title"]) == (48, "Two")
    assert "sectionHeader" in tiles[3]["widget"]


def test_lines() -> None:
    """Lines are a chart with a query each, its unit, and labels in Cloud Monitoring's form."""
    chart = widget(tile(Show.LINES))["xyChart"]
    (line,) = chart["dataSets"]
    assert line["timeSeriesQuery"] == {"prometheusQuery": "up", "unitOverride": "10^2.%"}
    assert line["legendTemplate"] == "${labels.function} of ${labels.model}"
    assert chart["yAxis"]["label"] == "%"


def test_thresholds_are_lines() -> None:
    """Each alert's threshold is a line with its level, which has no colour in a chart."""
    chart = widget(tile(Show.LINES, alerts=alerts("stories.error_rate")))["xyChart"]
    assert chart["thresholds"] == [
        {"label": "P1: error_rate > 5%", "value": 0.05, "targetAxis": "Y1"},
        {"label": "P2: error_rate > 2%", "value": 0.02, "targetAxis": "Y1"},
        {"label": "P3: error_rate > 1%", "value": 0.01, "targetAxis": "Y1"},
    ]


def test_a_number_has_colours() -> None:
    """A number turns yellow at the first threshold, and red where somebody is paged."""
    card = widget(tile(Show.NUMBER, alerts=alerts("stories.error_rate")))["scorecard"]
    assert card["sparkChartView"] == {"sparkChartType": "SPARK_LINE"}
    assert [(each["color"], each["value"], each["direction"]) for each in card["thresholds"]] == [
        ("RED", 0.05, "ABOVE"),
        ("YELLOW", 0.01, "ABOVE"),
    ]


@pytest.mark.parametrize(
    ("signal", "colour", "direction"),
    [("service.traffic_after_deploy", "RED", "BELOW"), ("service.sweeps", "YELLOW", "BELOW")],
)
def test_too_little_has_a_colour_as_well(signal: str, colour: str, direction: str) -> None:
    """A number that is too low has the colour of its alert."""
    card = widget(tile(Show.NUMBER, unit=Unit.COUNT, alerts=alerts(signal)))["scorecard"]
    (threshold,) = card["thresholds"]
    assert (threshold["color"], threshold["direction"]) == (colour, direction)


def test_firing_alerts() -> None:
    """Firing alerts are the project's incidents."""
    assert widget(tile(Show.ALERTS)) == {"title": "A tile", "incidentList": {}}


def test_the_error_log() -> None:
    """The error log is of the functions' services alone, in the project."""
    panel = widget(tile(Show.LOGS))["logsPanel"]
    assert panel["resourceNames"] == ["projects/conteur-test"]
    assert panel["filter"].splitlines() == [
        'resource.type="cloud_run_revision"',
        'resource.labels.service_name=("generate-story" OR "health")',
        "severity>=ERROR",
    ]


def test_the_deployed_services() -> None:
    """Services are named as Cloud Run names those of the reviewed plan's functions."""
    services = deployed_services(ROOT)
    assert {"generate-story", "store-api", "sweep-stories", "health"} <= set(services)
    assert services == sorted(set(services))
