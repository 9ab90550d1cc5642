"""The stand-in for dashboards, seen through the real client library."""

import pytest
from google.api_core import exceptions
from google.cloud import monitoring_dashboard_v1 as api

from tests.scripts.local.standins.cloud_monitoring.clients import Clients
from tests.scripts.local.standins.cloud_monitoring.examples import (
    DASHBOARD,
    Message,
    edited,
    members,
)
from tests.scripts.local.standins.conftest import PROJECT

CHART = {
    "data_sets": [{"time_series_query": {"prometheus_query": "up"}}],
    "y_axis": {"label": "stories"},
}


def create(
    clients: Clients, dashboard: Message = DASHBOARD, *, validate_only: bool = False
) -> api.Dashboard:
    request = {"parent": PROJECT, "dashboard": dashboard, "validate_only": validate_only}
    return clients.dashboards.create_dashboard(request)


def update(clients: Clients, dashboard: api.Dashboard, **more: object) -> api.Dashboard:
    return clients.dashboards.update_dashboard({"dashboard": dashboard, **more})


def listed(clients: Clients) -> list[api.Dashboard]:
    return list(clients.dashboards.list_dashboards({"parent": PROJECT}))


def test_what_the_server_fills_in(clients: Clients) -> None:
    """A new dashboard gets an etag, and a name under its project's number."""
    made = create(clients)
    _, number, kind, name = made.name.split("/")
    assert number.isdecimal()
    assert kind == "dashboards"
    assert name
    assert made.etag


def test_reading(clients: Clients) -> None:
    """A dashboard is read back as it was answered, by the project's number or its id."""
    made = create(clients)
    by_id = f"{PROJECT}/dashboards/{made.name.rpartition('/')[2]}"
    assert clients.dashboards.get_dashboard({"name": made.name}) == made
    assert clients.dashboards.get_dashboard({"name": by_id}) == made
    assert listed(clients) == [made]
    assert not list(clients.dashboards.list_dashboards({"parent": "projects/other"}))


def test_defaults(clients: Clients) -> None:
    """A text is Markdown and a chart has a linear left axis, if nothing else is said."""
    tile = {"width": 1, "height": 1, "widget": {"xy_chart": CHART}}
    text = {"x_pos": 1, "width": 1, "height": 1, "widget": {"text": {"content": "c"}}}
    tiles = {"columns": 12, "tiles": [tile, text]}
    chart, note = create(
        clients, edited(DASHBOARD, members(mosaic_layout=tiles))
    ).mosaic_layout.tiles
    assert chart.widget.xy_chart.data_sets[0].target_axis == api.XyChart.DataSet.TargetAxis.Y1
    assert chart.widget.xy_chart.y_axis.scale == api.XyChart.Axis.Scale.LINEAR
    assert note.widget.text.format_ == api.Text.Format.MARKDOWN
    assert "style" in note.widget.text


def test_name_of_the_caller(clients: Clients) -> None:
    """A caller may choose the last part of the name, once."""
    chosen = edited(DASHBOARD, members(name=f"{PROJECT}/dashboards/stories"))
    assert create(clients, chosen).name.endswith("/dashboards/stories")
    with pytest.raises(exceptions.AlreadyExists):
        create(clients, chosen)


@pytest.mark.parametrize("name", ["stories", "projects/other/dashboards/stories"])
def test_bad_name(clients: Clients, name: str) -> None:
    """A name that is not full, or of another project, is refused."""
    with pytest.raises(exceptions.InvalidArgument):
        create(clients, edited(DASHBOARD, members(name=name)))


def test_only_validated(clients: Clients) -> None:
    """What is only validated is answered and not kept, and is refused by the same rules."""
    assert create(clients, validate_only=True).display_name == "Stories"
    assert not listed(clients)
    with pytest.raises(exceptions.InvalidArgument, match="displayName"):
        create(clients, edited(DASHBOARD, members(display_name="")), validate_only=True)


def test_updating(clients: Clients) -> None:
    """A dashboard that was read can be replaced, and has a new etag then."""
    made = create(clients)
    first = made.etag
    made.display_name = "Other"
    changed = update(clients, made)
    assert changed.etag != first
    assert changed.name == made.name
    assert [one.display_name for one in listed(clients)] == ["Other"]


def test_update_that_is_only_validated(clients: Clients) -> None:
    """An update that is only validated changes nothing, not even the etag."""
    made = create(clients)
    update(clients, api.Dashboard(made, display_name="Other"), validate_only=True)
    assert listed(clients) == [made]


def test_old_etag(clients: Clients) -> None:
    """Who does not know the newest version cannot replace it."""
    made = create(clients)
    update(clients, made)
    with pytest.raises(exceptions.Aborted, match="etag is not up to date"):
        update(clients, made)


def test_missing_etag(clients: Clients) -> None:
    """Who says no version cannot replace any."""
    made = create(clients)
    made.etag = ""
    with pytest.raises(exceptions.InvalidArgument, match="non empty etag"):
        update(clients, made)


def test_deleting(clients: Clients) -> None:
    """What is deleted is there no more, for none of the methods."""
    made = create(clients)
    clients.dashboards.delete_dashboard({"name": made.name})
    with pytest.raises(exceptions.NotFound):
        clients.dashboards.get_dashboard({"name": made.name})
    with pytest.raises(exceptions.NotFound):
        clients.dashboards.delete_dashboard({"name": made.name})
    with pytest.raises(exceptions.NotFound):
        update(clients, made)


def test_pages(clients: Clients) -> None:
    """A listing comes in pages of the size that is asked for."""
    for _ in range(3):
        create(clients)
    pager = clients.dashboards.list_dashboards({"parent": PROJECT, "page_size": 2})
    assert [len(page.dashboards) for page in pager.pages] == [2, 1]
