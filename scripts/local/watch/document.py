"""The dashboard as the page reads it: sections, tiles, and what is known of each alert."""

from collections.abc import Sequence
from typing import Any

from scripts.ops.monitoring.alert import Alert
from scripts.ops.monitoring.board.tile import COLUMNS, Section, Tile

ENVIRONMENT = "local"


def document(sections: Sequence[Section], alerts: Sequence[Alert]) -> dict[str, Any]:
    """Return the dashboard as JSON has it, without alerts that do not suit this environment."""
    here = [alert for alert in alerts if alert.without != ENVIRONMENT]
    return {
        "columns": COLUMNS,
        "sections": [
            {"title": section.title, "tiles": [_tile(tile) for tile in section.tiles]}
            for section in sections
        ],
        "alerts": {alert.name: _alert(alert) for alert in here},
    }


def _tile(tile: Tile) -> dict[str, Any]:
    return {
        "title": tile.title,
        "what": tile.what,
        "show": tile.show.value,
        "unit": tile.unit.name,
        "width": tile.width,
        "height": tile.height,
        "lines": [{"query": line.query, "legend": line.legend} for line in tile.lines],
        "thresholds": [
            {"name": alert.name, "severity": alert.severity.name, "sign": alert.sign}
            | {"value": alert.threshold}
            for alert in tile.alerts
            if alert.without != ENVIRONMENT
        ],
    }


def _alert(alert: Alert) -> dict[str, Any]:
    return {
        "severity": alert.severity.name,
        "title": alert.signal.title,
        "unit": alert.signal.unit.name,
        "condition": f"{alert.signal.key} {alert.condition.partition(' ')[2]}",
        "minutes": alert.minutes,
        "runbook": f"docs/procedures/{alert.runbook}.md",
    }
