"""Reading `monitoring/dashboard.yaml`: sections of tiles, their queries and their alerts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml

from conteur.telemetry.registry import METRICS, Metric
from scripts.ops.monitoring.alert import Alert, AlertsError
from scripts.ops.monitoring.board.shown import As, query_of, unit_of
from scripts.ops.monitoring.board.tile import COLUMNS, Line, Section, Show, Tile
from scripts.ops.monitoring.promql import SCOPE
from scripts.ops.monitoring.signal import Signal, Unit
from scripts.ops.monitoring.signals import SIGNALS

FILE = "monitoring/dashboard.yaml"
SIZES = {Show.NUMBER: (8, 8), Show.LINES: (16, 16), Show.ALERTS: (16, 16), Show.LOGS: (48, 20)}
"""How wide and high a tile is that says nothing of it."""
ACROSS = ("max", "min", "sum")
_OF_SIGNALS = frozenset({"signals"})
_OF_METRICS = frozenset({"metrics", "as"})
_OF_LINES = frozenset({"by", "with", "names", "hide_zeros"})
_ANY = frozenset({"title", "what", "show", "width", "height", "across"})
_KINDS: Mapping[str, type] = {
    **dict.fromkeys(("signals", "metrics", "by", "names"), list),
    "with": dict,
    "hide_zeros": bool,
    "width": int,
    "height": int,
}
_IN_YAML = {list: "list", dict: "mapping", bool: "true", int: "number above 0"}
_BY = re.compile(r"\bby \(([^)]*)\)")
_Named = TypeVar("_Named")
_Choice = TypeVar("_Choice", Show, As)
_BY_PATH = {metric.path: metric for metric in METRICS}


@dataclass(frozen=True, slots=True)
class _Shown:
    """One query of a tile, before its legend is known."""

    name: str
    query: str
    unit: Unit


class DashboardError(AlertsError):
    """The file of the dashboard is wrong; the text says where and how."""


def read_dashboard(root: Path, alerts: Sequence[Alert]) -> Sequence[Section]:
    """Return the sections in the file's order, `alerts` on the tiles of their signals.

    Raises DashboardError.
    """
    return [
        Section(title, [_tile(f"{title}, tile {place}", each, alerts) for place, each in tiles])
        for title, tiles in _sections(root / FILE)
    ]


def labels_of(query: str) -> Sequence[str]:
    """Return the labels that tell the series of a query of promql.py apart, without the scope."""
    names = [name for labels in _BY.findall(query) for name in labels.split(", ")]
    return [name for name in dict.fromkeys(names) if name not in {*SCOPE, "le"}]


def _sections(path: Path) -> Sequence[tuple[str, Sequence[tuple[int, Mapping[str, Any]]]]]:
    try:
        document = yaml.safe_load(path.read_text())
    except yaml.YAMLError as error:
        raise DashboardError(f"{FILE} is no YAML: {error}") from error
    found = document.get("sections") if isinstance(document, dict) else None
    if not isinstance(found, list) or not found:
        raise DashboardError(f"{FILE} must be `sections:` and a list of them.")
    return [_section(each) for each in found]


def _section(section: object) -> tuple[str, Sequence[tuple[int, Mapping[str, Any]]]]:
    match section:
        case {"title": str(title), "tiles": [*tiles], **rest} if (
            tiles and not rest and all(isinstance(each, dict) for each in tiles)
        ):
            return title, list(enumerate(tiles, start=1))
        case _:
            raise DashboardError(f"{FILE}: a section must have a `title` and a list of `tiles`.")


def _tile(place: str, fields: Mapping[str, Any], alerts: Sequence[Alert]) -> Tile:
    try:
        return _read(fields, alerts)
    except KeyError as error:
        raise DashboardError(f"{FILE}: {place}: {error.args[0]} is missing.") from error
    except ValueError as error:
        raise DashboardError(f"{FILE}: {place}: {error}.") from error


def _read(fields: Mapping[str, Any], alerts: Sequence[Alert]) -> Tile:
    show = _one_of(Show, "show", fields)
    _check_keys(show, fields)
    _check_kinds(fields)
    signals = [_named(SIGNALS, "signal", key) for key in fields.get("signals", ())]
    said = {"title": signals[0].title, "what": signals[0].what} if len(signals) == 1 else {}
    title, what = (str({**said, **fields}[each]) for each in ("title", "what"))
    shown = _shown(fields, signals)
    width, height = SIZES[show]
    tile = Tile(
        title=title,
        what=what,
        show=show,
        unit=_unit(shown),
        lines=_number(fields, title, shown) if show is Show.NUMBER else _lines(title, shown),
        alerts=[alert for alert in alerts if alert.signal in signals],
        width=int(fields.get("width", width)),
        height=int(fields.get("height", height)),
    )
    _check_size(tile)
    return tile


def _check_keys(show: Show, fields: Mapping[str, Any]) -> None:
    if show in {Show.ALERTS, Show.LOGS}:
        needed, known = frozenset({"title", "what"}), _ANY - {"across"}
    elif "signals" in fields:
        needed, known = _OF_SIGNALS, _ANY | _OF_SIGNALS
    else:
        needed, known = _OF_METRICS, _ANY | _OF_METRICS | _OF_LINES
    if wrong := (needed - fields.keys()) | (fields.keys() - known):
        raise ValueError(f"missing or unknown: {', '.join(sorted(wrong))}")


def _check_kinds(fields: Mapping[str, Any]) -> None:
    """Raise ValueError if a value is of another kind than its key wants."""
    for key, kind in _KINDS.items():
        if key in fields and (not isinstance(fields[key], kind) or not fields[key]):
            raise ValueError(f"{key} must be a {_IN_YAML[kind]}, not {fields[key]!r}")


def _shown(fields: Mapping[str, Any], signals: Sequence[Signal]) -> Sequence[_Shown]:
    if "metrics" not in fields:
        return [_Shown(signal.title, signal.query, signal.unit) for signal in signals]
    metrics = [_named(_BY_PATH, "metric", path) for path in fields["metrics"]]
    names = fields.get("names", [metric.path for metric in metrics])
    if len(names) != len(metrics):
        raise ValueError(f"there are {len(metrics)} metrics and {len(names)} names")
    return [_of(fields, *each) for each in zip(metrics, names, strict=True)]


def _of(fields: Mapping[str, Any], metric: Metric, name: str) -> _Shown:
    how = _one_of(As, "as", fields)
    labels = {label: str(value) for label, value in fields.get("with", {}).items()}
    query = query_of(metric, how, fields.get("by", ()), labels)
    return _Shown(name, f"{query} > 0" if "hide_zeros" in fields else query, unit_of(metric, how))


def _unit(shown: Sequence[_Shown]) -> Unit:
    units = {each.unit for each in shown} or {Unit.COUNT}
    if len(units) > 1:
        raise ValueError(f"one axis has one unit, not {', '.join(sorted(units))}")
    return units.pop()


def _lines(title: str, shown: Sequence[_Shown]) -> Sequence[Line]:
    if len(shown) == 1:
        return [Line(shown[0].query, _labels(shown[0].query) or title)]
    return [Line(each.query, f"{each.name} {_labels(each.query)}".rstrip()) for each in shown]


def _number(fields: Mapping[str, Any], title: str, shown: Sequence[_Shown]) -> Sequence[Line]:
    """Return the one line of a number: one series, `across` the labels."""
    across = fields.get("across", ACROSS[0])
    if len(shown) != 1 or across not in ACROSS:
        raise ValueError(f"a number has one query, and is across its lines {' or '.join(ACROSS)}")
    query = shown[0].query
    if labels_of(query):
        query = f"{across} by ({', '.join(SCOPE)}) ({query})"
    return [Line(query, title)]


def _labels(query: str) -> str:
    return " ".join(f"{{{{{label}}}}}" for label in labels_of(query))


def _named(known: Mapping[str, _Named], kind: str, name: str) -> _Named:
    if name not in known:
        raise ValueError(f"there is no {kind} {name}; there are {', '.join(sorted(known))}")
    return known[name]


def _one_of(kind: type[_Choice], key: str, fields: Mapping[str, Any]) -> _Choice:
    named = fields.get(key, Show.LINES)
    if named not in list(kind):
        raise ValueError(f"{key} {named!r} is none of {', '.join(kind)}")
    return kind(named)


def _check_size(tile: Tile) -> None:
    if not (0 < tile.width <= COLUMNS and tile.height > 0):
        raise ValueError(f"{tile.width} x {tile.height} is no size in a grid of {COLUMNS} columns")
