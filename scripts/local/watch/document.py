"""The dashboard as the page reads it: sections, tiles, and what is known of each alert."""

from collections.abc import Sequence
from typing import Any

from conteur.settings import Environment
from scripts.ops.monitoring.alert import Alert
from scripts.ops.monitoring.board.tile import COLUMNS, Section, Tile
from scripts.ops.monitoring.signal import Signal


def document(sections: Sequence[Section], alerts: Sequence[Alert]) -> dict[str, Any]:
    """Return the dashboard as JSON has it, without alerts that do not suit this environment."""
    here = [alert for alert in alerts if alert.without != Environment.LOCAL]
    return {
        "columns": COLUMNS,
        "sections": [
            {"title": section.title, "tiles": [_tile(tile) for tile in section.tiles]}
            for section in sections
        ],
        "alerts": {alert.name: _alert(alert) for alert in here},
    }


def _tile(tile: Tile) -> dict[str, Any]:
    here = [alert for alert in tile.alerts if alert.without != Environment.LOCAL]
    return {
        "title": tile.title,
        "what": tile.what,
        "show": tile.show.value,
        "unit": tile.unit.name,
        "width": tile.width,
        "height": tile.height,
        "lines": [{"query": line.query, "legend": line.legend} for line in tile.lines],
        "thresholds": [_threshold(alert) for alert in here],
        "signals": {alert.signal.key: _signal(alert.signal) for alert in here},
    }


def _threshold(alert: Alert) -> dict[str, Any]:
    return {
        "name": alert.name,
        "severity": alert.severity.name,
        "signal": alert.signal.key,
        "sign": alert.sign,
        "value": alert.threshold,
    }


def _signal(signal: Signal) -> dict[str, Any]:
    """Return what tells whether a threshold is passed, and by enough samples to count."""
    return {"query": signal.query, "samples": signal.samples, "least": signal.least}


def _alert(alert: Alert) -> dict[str, Any]:
    return {
        "severity": alert.severity.name,
        "title": alert.signal.title,
        "unit": alert.signal.unit.name,
        "condition": f"{alert.signal.key} {alert.condition.partition(' ')[2]}",
        "minutes": alert.minutes,
        "runbook": f"docs/procedures/{alert.runbook}.md",
    }
