"""What Cloud Monitoring refuses in a dashboard, one rule a function.

A rule answers the message of its refusal, or None. Where a rule names no other source it is the
field's description in https://cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards
Of the layouts, the mosaic is known best.
"""

from collections.abc import Callable, Iterator
from itertools import combinations

from scripts.local.standins.server import Message

MAX_COLUMNS = 48
MAX_TILES = 100
TABS = "single_view_group"
GROUPS = {"collapsible_group", TABS}

Rule = Callable[[Message], str | None]


def display_name(dashboard: Message) -> str | None:
    """A dashboard has a name."""
    return None if dashboard.display_name else "Dashboard is missing required field displayName."


def columns(dashboard: Message) -> str | None:
    """A mosaic has 1 to 48 columns. The reference says 12, and Google's own dashboards have 48.

    Source: https://github.com/GoogleCloudPlatform/monitoring-dashboard-samples/blob/master/dashboards/google-cloud-run/cloudrun-monitoring.json
    """
    given = dashboard.mosaic_layout.columns
    if not dashboard.HasField("mosaic_layout") or 1 <= given <= MAX_COLUMNS:
        return None
    return (
        f'Field mosaicLayout.columns has an invalid value of "{given}": '
        f"must be between 1 and {MAX_COLUMNS}."
    )


def tile_count(dashboard: Message) -> str | None:
    """A dashboard has at most 100 tiles.

    Source: https://github.com/GoogleCloudPlatform/monitoring-dashboard-samples/pull/1011
    """
    if len(dashboard.mosaic_layout.tiles) <= MAX_TILES:
        return None
    return f"Field mosaicLayout.tiles has more than {MAX_TILES} entries."


def tile_places(dashboard: Message) -> str | None:
    """A tile has a width and a height, and lies within the columns."""
    mosaic = dashboard.mosaic_layout
    for index, tile in enumerate(mosaic.tiles):
        field = f"mosaicLayout.tiles[{index}]"
        if tile.x_pos < 0 or tile.y_pos < 0:
            return f"Field {field} has an invalid position: must not be negative."
        if tile.width < 1 or tile.height < 1:
            return f"Field {field} has an invalid size: width and height must be at least 1."
        if tile.x_pos + tile.width > mosaic.columns:
            return f"Field {field} does not lie within the {mosaic.columns} columns."
    return None


def overlaps(dashboard: Message) -> str | None:
    """Tiles do not overlap, but for a group's and its members', and the tabs of one place.

    Sources: https://github.com/GoogleCloudPlatform/monitoring-dashboard-samples/pull/1144, and
    for the groups https://github.com/GoogleCloudPlatform/monitoring-dashboard-samples/blob/master/dashboards/google-cloud-run/cloudrun-monitoring.json
    """
    tiles = list(enumerate(dashboard.mosaic_layout.tiles))
    tabs = [_place(tile) for _, tile in tiles if _content(tile) == TABS]
    single = [(index, tile) for index, tile in tiles if _content(tile) not in GROUPS]
    for (first, one), (second, other) in combinations(single, 2):
        are_tabs = _place(one) == _place(other) and _place(one) in tabs
        if _overlap(one, other) and not are_tabs:
            return f"mosaicLayout.tiles[{first}] overlaps with mosaicLayout.tiles[{second}]."
    return None


def contents(dashboard: Message) -> str | None:
    """A widget has a content.

    Source: https://github.com/GoogleCloudPlatform/k8s-config-connector/blob/master/mockgcp/mockmonitoring/dashboard.go
    """
    for field, widget in widgets(dashboard):
        if widget.WhichOneof("content") is None:
            return f"Dashboard is missing required field {field}.content."
    return None


def widgets(dashboard: Message) -> Iterator[tuple[str, Message]]:
    """Give each widget of a dashboard with its field's name, whatever the layout."""
    for index, widget in enumerate(dashboard.grid_layout.widgets):
        yield f"gridLayout.widgets[{index}]", widget
    for index, tile in enumerate(dashboard.mosaic_layout.tiles):
        yield f"mosaicLayout.tiles[{index}].widget", tile.widget
    for number, row in enumerate(dashboard.row_layout.rows):
        for index, widget in enumerate(row.widgets):
            yield f"rowLayout.rows[{number}].widgets[{index}]", widget
    for number, column in enumerate(dashboard.column_layout.columns):
        for index, widget in enumerate(column.widgets):
            yield f"columnLayout.columns[{number}].widgets[{index}]", widget


def _content(tile: Message) -> str | None:
    content: str | None = tile.widget.WhichOneof("content")
    return content


def _place(tile: Message) -> tuple[int, int, int, int]:
    return tile.x_pos, tile.y_pos, tile.width, tile.height


def _overlap(one: Message, other: Message) -> bool:
    return bool(
        one.x_pos < other.x_pos + other.width
        and other.x_pos < one.x_pos + one.width
        and one.y_pos < other.y_pos + other.height
        and other.y_pos < one.y_pos + one.height
    )


RULES: tuple[Rule, ...] = (display_name, columns, tile_count, tile_places, overlaps, contents)


def refusal_of(dashboard: Message) -> str | None:
    """Return the first refusal of a dashboard (a protobuf Dashboard)."""
    problems = (rule(dashboard) for rule in RULES)
    return next((problem for problem in problems if problem), None)
