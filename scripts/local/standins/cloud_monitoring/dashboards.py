"""A stand-in for Cloud Monitoring's dashboards that refuses what the real one refuses.

As in the real service, a dashboard comes back under its project's number, and with defaults
filled in: https://github.com/GoogleCloudPlatform/k8s-config-connector/blob/master/mockgcp/mockmonitoring/dashboard.go
"""

import hashlib
import re
from collections.abc import Mapping
from threading import Lock

import grpc
from google.cloud import monitoring_dashboard_v1 as api
from google.protobuf import empty_pb2

from scripts.local.standins.cloud_monitoring.dashboard_rules import refusal_of, widgets
from scripts.local.standins.cloud_monitoring.resources import (
    Resources,
    copy_of,
    invalid,
    page,
    project_of,
)
from scripts.local.standins.server import Message, Method, RefusalError, StandIn

PAGE_SIZE = 1000
LEAST_NUMBER = 10**11  # 12 digits, as real ones have
DASHBOARD_NAME = re.compile(r"(projects/[^/]+)/dashboards/([a-zA-Z0-9_-]+)")
Chart = api.XyChart


class DashboardStandIn(StandIn):
    """Dashboards in memory, of every project."""

    service = "google.monitoring.dashboard.v1.DashboardsService"

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()
        self._dashboards = Resources("dashboards")
        self._version = 0

    def methods(self) -> Mapping[str, Method]:
        """Return all methods of the real service."""
        return {
            "ListDashboards": Method(api.ListDashboardsRequest, self._list),
            "GetDashboard": Method(api.GetDashboardRequest, self._get),
            "CreateDashboard": Method(api.CreateDashboardRequest, self._create),
            "UpdateDashboard": Method(api.UpdateDashboardRequest, self._update),
            "DeleteDashboard": Method(api.DeleteDashboardRequest, self._delete),
        }

    def _list(self, request: api.ListDashboardsRequest) -> api.ListDashboardsResponse:
        with self._lock:
            found = self._dashboards.of(_numbered(request.parent))
            dashboards, token = page(found, request.page_size or PAGE_SIZE, request.page_token)
            return api.ListDashboardsResponse(
                dashboards=[api.Dashboard.wrap(one) for one in dashboards],
                next_page_token=token,
            )

    def _get(self, request: api.GetDashboardRequest) -> Message:
        with self._lock:
            return self._dashboards.get(_full_name(request.name))

    def _create(self, request: api.CreateDashboardRequest) -> Message:
        """Keep a new dashboard, under the caller's name if there is one.

        Sources: https://cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards/create
        and https://github.com/pulumi/pulumi-google-native/issues/760
        """
        asked = api.CreateDashboardRequest.pb(request)
        made = _checked(asked.dashboard)
        with self._lock:
            made.name = self._new_name(_numbered(asked.parent), made.name)
            return self._take(made, kept=not asked.validate_only)

    def _new_name(self, parent: str, wanted: str) -> str:
        if not wanted:
            return self._dashboards.new_name(parent)
        name = _full_name(wanted)
        if not name.startswith(f"{parent}/"):
            raise invalid(f'Field dashboard.name had an invalid value of "{wanted}".')
        if name in self._dashboards.by_name:
            raise RefusalError(grpc.StatusCode.ALREADY_EXISTS, f"{wanted} already exists.")
        return name

    def _update(self, request: api.UpdateDashboardRequest) -> Message:
        """Replace a dashboard, if the caller knows its newest version.

        Sources: https://cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards#Dashboard.FIELDS.etag
        and https://github.com/pulumi/pulumi-google-native/issues/760
        """
        asked = api.UpdateDashboardRequest.pb(request)
        made = _checked(asked.dashboard)
        with self._lock:
            former = self._dashboards.get(_full_name(made.name))
            if not made.etag:
                raise invalid("Update Dashboard should specify a non empty etag.")
            if made.etag != former.etag:
                message = "The supplied etag is not up to date."
                raise RefusalError(grpc.StatusCode.ABORTED, message)
            made.name = former.name
            return self._take(made, kept=not asked.validate_only)

    def _delete(self, request: api.DeleteDashboardRequest) -> empty_pb2.Empty:
        name = _full_name(request.name)
        with self._lock:
            self._dashboards.get(name)
            del self._dashboards.by_name[name]
        return empty_pb2.Empty()

    def _take(self, made: Message, *, kept: bool) -> Message:
        """Fill in defaults and an etag, which is new each time, and keep it if `kept`."""
        _fill_defaults(made)
        self._version += 1
        made.etag = hashlib.sha256(f"{made.name} {self._version}".encode()).hexdigest()[:32]
        if kept:
            self._dashboards.by_name[made.name] = made
        return made


def _checked(given: Message) -> Message:
    """Return a copy. Raises RefusalError if a rule refuses it."""
    problem = refusal_of(given)
    if problem:
        raise invalid(problem)
    return copy_of(given)


def _fill_defaults(dashboard: Message) -> None:
    for _, widget in widgets(dashboard):
        content = widget.WhichOneof("content")
        if content == "text":
            widget.text.format_ = widget.text.format_ or api.Text.Format.MARKDOWN
            widget.text.style.SetInParent()
        if content == "xy_chart":
            _fill_chart(widget.xy_chart)


def _fill_chart(chart: Message) -> None:
    for data_set in chart.data_sets:
        data_set.target_axis = data_set.target_axis or Chart.DataSet.TargetAxis.Y1
    if chart.HasField("y_axis"):
        chart.y_axis.scale = chart.y_axis.scale or Chart.Axis.Scale.LINEAR


def _full_name(name: str) -> str:
    """Return a dashboard's name under its project's number. Raises RefusalError if it is none."""
    match = DASHBOARD_NAME.fullmatch(name)
    if match is None:
        raise invalid(f'name "{name}" is not valid')
    return f"{_numbered(match[1])}/dashboards/{match[2]}"


def _numbered(parent: str) -> str:
    """Return `projects/NUMBER`, the same number for a project each time."""
    project = project_of(parent)
    if project.isdecimal():
        return parent
    digest = int(hashlib.sha256(project.encode()).hexdigest(), 16)
    return f"projects/{LEAST_NUMBER + digest % LEAST_NUMBER}"
