"""The Monitoring stand-in on the wire, and a series that it takes."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pytest
from google.cloud import monitoring_v3 as api
from google.cloud.monitoring_v3.services.metric_service.transports import (
    MetricServiceGrpcTransport,
)

from scripts.local.standins.cloud_logging.service import LoggingStandIn
from scripts.local.standins.cloud_monitoring.metrics import MonitoringStandIn
from scripts.local.standins.firestore_admin.service import FirestoreAdminStandIn
from scripts.local.standins.google_api import GoogleApi
from scripts.local.standins.google_rest.api import RestApi
from tests.scripts.local.standins.cloud_logging.clients import Log, log_on
from tests.scripts.local.standins.cloud_monitoring import examples as monitoring_examples
from tests.scripts.local.standins.cloud_monitoring.clients import Clients, clients_on
from tests.scripts.local.standins.firestore_admin.clients import Admin, admin_of
from tests.scripts.local.standins.google_rest.clients import PRODUCTION, STAGING, Rest, rest_on

START = 1_800_000_000
PROJECT = monitoring_examples.PROJECT
TYPE = "custom.googleapis.com/conteur/executions"
SERIES = {
    "metric": {"type": TYPE, "labels": {"outcome": "completed"}},
    "resource": {
        "type": "generic_task",
        "labels": {
            "project_id": "demo-conteur",
            "location": "europe-west1",
            "namespace": "local",
            "job": "generate-story",
            "task_id": "instance-1",
        },
    },
    "metric_kind": 3,  # CUMULATIVE
    "value_type": 2,  # INT64
    "points": [
        {
            "interval": {"start_time": {"seconds": START}, "end_time": {"seconds": START + 60}},
            "value": {"int64_value": 1},
        }
    ],
}

Edit = Callable[[dict[str, Any]], object]
Write = Callable[..., None]


class Clock:
    """Seconds since the epoch, moved by hand."""

    def __init__(self) -> None:
        self.now = float(START + 60)

    def __call__(self) -> float:
        return self.now


def series(*edits: Edit) -> dict[str, Any]:
    """Return a good series, edited."""
    made = copy.deepcopy(SERIES)
    for edit in edits:
        edit(made)
    return made


def ending(seconds: float, start: float = 0) -> Edit:
    """Move the point's end and start to so many seconds after START."""

    def edit(made: dict[str, Any]) -> None:
        interval = made["points"][0]["interval"]
        for name, value in (("start_time", start), ("end_time", seconds)):
            nanoseconds = START * 10**9 + round(value * 1e9)
            interval[name] = {"seconds": nanoseconds // 10**9, "nanos": nanoseconds % 10**9}

    return edit


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def monitoring(clock: Clock) -> MonitoringStandIn:
    return MonitoringStandIn(clock)


@pytest.fixture
def client(monitoring: MonitoringStandIn) -> Iterator[api.MetricServiceClient]:
    with monitoring.serve() as address, grpc.insecure_channel(address) as channel:
        yield api.MetricServiceClient(transport=MetricServiceGrpcTransport(channel=channel))


@pytest.fixture
def cloud(clock: Clock) -> GoogleApi:
    return GoogleApi(clock)


@pytest.fixture
def clients(cloud: GoogleApi) -> Iterator[Clients]:
    with cloud.serve() as address, grpc.insecure_channel(address) as channel:
        yield clients_on(channel)


@pytest.fixture
def write(client: api.MetricServiceClient) -> Write:
    """Write the series in one call, without retries."""

    def write(*all_series: dict[str, Any]) -> None:
        request = {"name": PROJECT, "time_series": all_series}
        client.create_time_series(request=request, timeout=5, retry=None)

    return write


@pytest.fixture
def logging(clock: Clock) -> LoggingStandIn:
    return LoggingStandIn(clock)


@pytest.fixture
def log(logging: LoggingStandIn) -> Iterator[Log]:
    with logging.serve() as address, grpc.insecure_channel(address) as channel:
        yield log_on(channel)


@pytest.fixture
def rest_api(clock: Clock) -> RestApi:
    return RestApi(
        STAGING, PRODUCTION, clock=clock, mint="{}@{}".format, mint_app_check="{}@{}".format
    )


@pytest.fixture
def rest(rest_api: RestApi) -> Iterator[Rest]:
    """Call the stand-ins for REST services as operations do, for staging."""
    with rest_api.serve() as url, rest_on(url) as rest:
        yield rest


@pytest.fixture
def firestore(clock: Clock) -> FirestoreAdminStandIn:
    """Make one with the default database of the local project."""
    standin = FirestoreAdminStandIn(clock)
    standin.databases.create("demo-conteur")
    return standin


@pytest.fixture
def admin(firestore: FirestoreAdminStandIn) -> Iterator[Admin]:
    with admin_of(firestore) as admin:
        yield admin
