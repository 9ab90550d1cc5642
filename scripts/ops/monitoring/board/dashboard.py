"""The dashboard as Cloud Monitoring takes it: `google.monitoring.dashboard.v1.Dashboard` in JSON.

https://cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from scripts.ops.monitoring.alert import Alert, Severity
from scripts.ops.monitoring.board.grid import height_of, places
from scripts.ops.monitoring.board.tile import COLUMNS, Line, Section, Show, Tile
from scripts.ops.monitoring.marks import OURS
from scripts.ops.monitoring.signal import Unit

NAME = "conteur"
MOST_WIDGETS = 100
"""https://cloud.google.com/monitoring/docs/release-notes#May_02_2025"""
PLAN = "deploy/plan.json"
_HEADER_HEIGHT = 4
_LABEL = re.compile(r"\{\{(\w+)\}\}")
_AXES = {Unit.SHARE: "%", Unit.SECONDS: "seconds", Unit.COUNT: "", Unit.DOLLARS: "dollars"}

Json = dict[str, Any]


def dashboard(sections: Sequence[Section], project: str, services: Sequence[str]) -> Json:
    """Return the dashboard of a project, whose error log is that of `services` of Cloud Run."""
    tiles: list[Json] = []
    top = 0
    for section in sections:
        tiles += _section(section, top, lambda tile: _widget(tile, project, services))
        top += _HEADER_HEIGHT + height_of(section.tiles)
    return {
        "displayName": NAME,
        "labels": dict(OURS),
        "mosaicLayout": {"columns": COLUMNS, "tiles": tiles},
    }


def deployed_services(root: Path) -> Sequence[str]:
    """Return the names in Cloud Run of the functions that the reviewed plan deploys."""
    plan: Mapping[str, Mapping[str, object]] = json.loads((root / PLAN).read_text())
    names = {name for functions in plan.values() for name in functions}
    return sorted(name.lower().replace("_", "-") for name in names)


def _section(section: Section, top: int, widget: Callable[[Tile], Json]) -> list[Json]:
    header = {"title": section.title, "sectionHeader": {"dividerBelow": False}}
    below = top + _HEADER_HEIGHT
    placed = zip(places(section.tiles), section.tiles, strict=True)
    return [
        _at(0, top, COLUMNS, _HEADER_HEIGHT, header),
        *(_at(at.x, below + at.y, each.width, each.height, widget(each)) for at, each in placed),
    ]


def _at(x: int, y: int, width: int, height: int, widget: Json) -> Json:
    return {"xPos": x, "yPos": y, "width": width, "height": height, "widget": widget}


def _widget(tile: Tile, project: str, services: Sequence[str]) -> Json:
    match tile.show:
        case Show.NUMBER:
            content = {"scorecard": _scorecard(tile)}
        case Show.LINES:
            content = {"xyChart": _chart(tile)}
        case Show.ALERTS:
            # All of the project: the policies' names are not known before they are made.
            content = {"incidentList": {}}
        case Show.LOGS:
            content = {"logsPanel": _logs(project, services)}
    return {"title": tile.title, **content}


def _scorecard(tile: Tile) -> Json:
    return {
        "timeSeriesQuery": _query(tile.lines[0], tile.unit),
        "sparkChartView": {"sparkChartType": "SPARK_LINE"},
        "thresholds": [
            *_coloured("RED", [each for each in tile.alerts if each.severity is Severity.P1]),
            *_coloured(
                "YELLOW", [each for each in tile.alerts if each.severity is not Severity.P1]
            ),
        ],
    }


def _coloured(colour: str, alerts: Sequence[Alert]) -> Sequence[Json]:
    """Return the threshold that is passed first; a number has one of each colour."""
    if not alerts:
        return []
    above = alerts[0].sign == ">"
    first = (min if above else max)(alerts, key=lambda alert: alert.threshold)
    return [
        {
            "label": _threshold_label(first),
            "value": first.threshold,
            "color": colour,
            "direction": "ABOVE" if above else "BELOW",
        }
    ]


def _chart(tile: Tile) -> Json:
    return {
        "dataSets": [
            {
                "timeSeriesQuery": _query(line, tile.unit),
                "plotType": "LINE",
                "legendTemplate": _legend(line),
                "targetAxis": "Y1",
            }
            for line in tile.lines
        ],
        "thresholds": [
            {"label": _threshold_label(each), "value": each.threshold, "targetAxis": "Y1"}
            for each in tile.alerts
        ],
        "yAxis": {"label": _AXES[tile.unit], "scale": "LINEAR"},
        "chartOptions": {"mode": "COLOR"},
    }


def _query(line: Line, unit: Unit) -> Json:
    """Return the query; of a ratio, Cloud Monitoring shows 0.03 as 3 %, its thresholds as well.

    Source: `unit` in https://github.com/googleapis/googleapis/blob/master/google/api/metric.proto
    """
    return {"prometheusQuery": line.query, "unitOverride": unit.value}


def _legend(line: Line) -> str:
    """Return the legend with Cloud Monitoring's form of a label of PromQL, `${labels.NAME}`.

    Source: scripts/dashboard-importer/src/dashboards/converter/legend.ts in
    https://github.com/GoogleCloudPlatform/monitoring-dashboard-samples
    """
    return _LABEL.sub(r"${labels.\1}", line.legend)


def _threshold_label(alert: Alert) -> str:
    return f"{alert.severity.name}: {alert.condition}"


def _logs(project: str, services: Sequence[str]) -> Json:
    names = " OR ".join(f'"{name}"' for name in services)
    matching = (
        'resource.type="cloud_run_revision"',
        f"resource.labels.service_name=({names})",
        "severity>=ERROR",
    )
    return {"filter": "\n".join(matching), "resourceNames": [f"projects/{project}"]}
