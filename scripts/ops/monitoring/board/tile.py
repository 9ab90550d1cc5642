"""What the dashboard is made of: in Cloud Monitoring and on the local page alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from scripts.ops.monitoring.alert import Alert
from scripts.ops.monitoring.signal import Unit

COLUMNS = 48
"""Of Cloud Monitoring's grid: https://cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards#MosaicLayout"""


class Show(StrEnum):
    """How a tile shows what it has."""

    NUMBER = "number"  # the newest value, large
    LINES = "lines"
    ALERTS = "alerts"  # those that fire
    LOGS = "logs"  # the newest errors


@dataclass(frozen=True, slots=True)
class Line:
    """One query; `legend` names its series, with `{{label}}` for a label's value."""

    query: str
    legend: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One rectangle. `alerts` are those on its signals: their thresholds are drawn as lines.

    `width` and `height` are in columns of the grid; `what` says in a sentence what is seen.
    """

    title: str
    what: str
    show: Show
    unit: Unit
    lines: Sequence[Line]
    alerts: Sequence[Alert]
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Section:
    """Tiles below one heading, from left to right, and then below."""

    title: str
    tiles: Sequence[Tile]
