"""Each rule on a dashboard: what just passes it, and what just does not."""

import pytest
from google.api_core import exceptions

from tests.scripts.local.standins.cloud_monitoring.clients import Clients
from tests.scripts.local.standins.cloud_monitoring.examples import (
    DASHBOARD,
    Edit,
    Message,
    edited,
    members,
)
from tests.scripts.local.standins.conftest import PROJECT

TEXT = {"text": {"content": "c"}}
GROUP: Message = {"collapsible_group": {}}
TABS: Message = {"single_view_group": {}}


def tile(x: int, y: int, width: int = 1, height: int = 1, widget: object = TEXT) -> Message:
    return {"x_pos": x, "y_pos": y, "width": width, "height": height, "widget": widget}


def mosaic(*tiles: Message, columns: int = 12) -> Edit:
    return members(mosaic_layout={"columns": columns, "tiles": list(tiles)})


def layout(**given: object) -> Edit:
    return lambda made: (made.pop("mosaic_layout"), made.update(given))


def create(clients: Clients, edit: Edit) -> None:
    clients.make_dashboard(edited(DASHBOARD, edit))


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(mosaic(tile(0, 0, 12), tile(0, 1, 12)), id="one below the other"),
        pytest.param(mosaic(tile(0, 0), tile(1, 0)), id="side by side"),
        pytest.param(mosaic(tile(11, 0)), id="last column"),
        pytest.param(mosaic(tile(47, 0), columns=48), id="most columns"),
        pytest.param(mosaic(tile(0, 0), columns=1), id="one column"),
        pytest.param(mosaic(*(tile(0, n) for n in range(100))), id="most tiles"),
        pytest.param(mosaic(tile(0, 0, 12, 4, GROUP), tile(0, 0, 6, 4)), id="group over a tile"),
        pytest.param(mosaic(tile(0, 0, widget=TABS), tile(0, 0), tile(0, 0)), id="tabs"),
        pytest.param(mosaic(tile(0, 0, widget={"blank": {}})), id="blank"),
        pytest.param(layout(grid_layout={"widgets": [TEXT]}), id="grid"),
        pytest.param(layout(row_layout={"rows": [{"widgets": [TEXT]}]}), id="rows"),
    ],
)
def test_taken(clients: Clients, edit: Edit) -> None:
    """What is at a limit, and not past it, is taken."""
    create(clients, edit)


REFUSED = {
    "no name": (members(display_name=""), "missing required field displayName"),
    "no columns": (mosaic(columns=0), "columns has an invalid value"),
    "too many columns": (mosaic(columns=49), "columns has an invalid value"),
    "too many tiles": (mosaic(*(tile(0, n) for n in range(101))), "more than 100"),
    "left of the grid": (mosaic(tile(-1, 0)), "must not be negative"),
    "above the grid": (mosaic(tile(0, -1)), "must not be negative"),
    "right of the grid": (mosaic(tile(7, 0, 6)), "does not lie within the 12 columns"),
    "no width": (mosaic(tile(0, 0, 0)), "at least 1"),
    "no height": (mosaic(tile(0, 0, 1, 0)), "at least 1"),
    "same place": (mosaic(tile(0, 0), tile(0, 0)), r"tiles\[0\] overlaps with .*tiles\[1\]"),
    "beside the tabs": (mosaic(tile(1, 0, widget=TABS), tile(0, 0), tile(0, 0)), "overlaps"),
    "corners": (mosaic(tile(0, 0, 2, 2), tile(1, 1, 2, 2)), "overlaps"),
    "one in the other": (mosaic(tile(0, 0, 4, 4), tile(1, 1)), "overlaps"),
    "empty tile": (mosaic(tile(0, 0, widget={})), r"tiles\[0\].widget.content"),
    "empty grid widget": (layout(grid_layout={"widgets": [{}]}), r"gridLayout.widgets\[0\]"),
    "empty row widget": (layout(row_layout={"rows": [{"widgets": [{}]}]}), "rowLayout"),
    "empty column widget": (layout(column_layout={"columns": [{"widgets": [{}]}]}), "columnLayout"),
}


@pytest.mark.parametrize(("edit", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(clients: Clients, edit: Edit, message: str) -> None:
    """What is past a limit is refused as INVALID_ARGUMENT, and not kept."""
    with pytest.raises(exceptions.InvalidArgument, match=message):
        create(clients, edit)
    assert not list(clients.dashboards.list_dashboards({"parent": PROJECT}))


def test_refused_update(clients: Clients) -> None:
    """The rules hold for an update as well."""
    made = clients.make_dashboard(DASHBOARD)
    made.mosaic_layout.tiles[1].x_pos = 0
    with pytest.raises(exceptions.InvalidArgument, match="overlaps"):
        clients.dashboards.update_dashboard({"dashboard": made})
