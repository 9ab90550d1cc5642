"""Announcements, as Cloud Monitoring's stand-in takes them."""

from collections.abc import Iterator

import pytest

from conteur.telemetry.operation_metrics import ROLLED_BACK, TEST
from scripts.local.standins.cloud_monitoring.metrics import MonitoringStandIn
from scripts.local.watch.standin_series import StandInSeries
from scripts.ops.monitoring.alert import read_alerts
from scripts.ops.operations.errors import OperationError
from scripts.ops.operations.site import Site
from scripts.ops.validation.announcing import ALERTS, Announcer, announce
from tests.scripts.ops.validation.world import ROOT

PROJECT = "demo-conteur"


class World:
    """Cloud Monitoring, a site there, and the time of both."""

    def __init__(self, address: str) -> None:
        self.site = Site(ROOT, "local", PROJECT, {"MONITORING_ENDPOINT": address})
        self.series = StandInSeries(address, self.now)
        self.at = 1_800_000_000.0

    def now(self) -> float:
        return self.at

    def points(self) -> list[tuple[str, str, int]]:
        """Return kind, namespace and newest value of each series."""
        return [
            (
                series.metric.labels["kind"],
                series.resource.labels["namespace"],
                series.points[0].value.int64_value,
            )
            for series in self.series.newest()
        ]


@pytest.fixture
def world() -> Iterator[World]:
    made: list[World] = []
    with MonitoringStandIn(lambda: made[0].at).serve() as address:
        made.append(World(address))
        yield made[0]


def test_a_rollback_is_told(world: World) -> None:
    """One point is written, past the threshold of the alert that is named."""
    assert announce(world.site, ROLLED_BACK, world.now).startswith("service_rolled_back tells it")
    assert world.points() == [("rolled_back", "local", 1)]


def test_a_test_is_taken_back(world: World) -> None:
    """The newest point of the same series is below the threshold again."""
    announcer = Announcer(world.site, TEST, world.now)
    announcer.say()
    world.at += 10
    announcer.take_back()
    assert world.points() == [("test", "local", 0)]


def test_two_at_once(world: World) -> None:
    """Each announcement is a series of its own, so that neither spoils the other's."""
    announce(world.site, ROLLED_BACK, world.now)
    announce(world.site, ROLLED_BACK, world.now)
    assert world.points() == [("rolled_back", "local", 1)] * 2


def test_nobody_is_told() -> None:
    """Where Cloud Monitoring is away, whoever rolled back is asked to tell others."""
    site = Site(ROOT, "local", PROJECT, {"MONITORING_ENDPOINT": "127.0.0.1:9"})
    with pytest.raises(OperationError, match="Tell them yourself"):
        announce(site, ROLLED_BACK)


def test_the_alerts_are_there() -> None:
    """Each kind has an alert, on its very metric."""
    alerts = {alert.name: alert for alert in read_alerts(ROOT)}
    for kind, name in ALERTS.items():
        assert f'kind="{kind}"' in alerts[name].expression
