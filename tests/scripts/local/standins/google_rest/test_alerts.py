"""The stand-in for Cloud Monitoring's alerts, asked as validate does."""

import pytest

from scripts.local.standins.google_rest.api import RestApi
from tests.scripts.local.standins.conftest import Clock
from tests.scripts.local.standins.google_rest.clients import PRODUCTION, STAGING, Rest

HOST = "monitoring.googleapis.com"
ALERTS = f"v3/projects/{STAGING}/alerts"
POLICY = f"projects/{STAGING}/alertPolicies/1"


@pytest.fixture
def opened(rest_api: RestApi, clock: Clock) -> list[str]:
    """Three alerts, a minute apart; the first is closed, the others are open."""
    names = []
    for policy in "ABC":
        names.append(rest_api.alerts.open(STAGING, POLICY, policy, "WARNING", "custom/x"))
        clock.now += 60
    rest_api.alerts.close(names[0])
    return names


def names(rest: Rest, **query: str) -> list[str]:
    return [each["name"] for each in rest.get(HOST, ALERTS, **query)["alerts"]]


def test_an_alert(rest: Rest, opened: list[str]) -> None:
    """An alert tells its state, its times and its policy as it was."""
    alert = rest.get(HOST, f"v3/{opened[0]}")
    assert (alert["state"], alert["policy"]["displayName"]) == ("CLOSED", "A")
    assert alert["openTime"] < alert["closeTime"]
    assert "closeTime" not in rest.get(HOST, f"v3/{opened[1]}")


def test_newest_first(rest: Rest, opened: list[str]) -> None:
    """Alerts come by the time they opened, the newest first, in other orders where asked."""
    assert names(rest) == opened[::-1]
    assert names(rest, orderBy="openTime") == opened
    assert names(rest, orderBy="close_time desc, open_time")[0] == opened[0]


def test_a_filter(rest: Rest, opened: list[str]) -> None:
    """Open ones of one policy can be asked for."""
    assert names(rest, filter='state="OPEN" AND policy.display_name="B"') == [opened[1]]


def test_pages(rest: Rest, opened: list[str]) -> None:
    """A page tells how many there are in all."""
    first = rest.get(HOST, ALERTS, pageSize="2")
    rest_of = names(rest, pageSize="2", pageToken=first["nextPageToken"])
    assert (first["totalSize"], len(first["alerts"]), rest_of) == (3, 2, [opened[0]])


def test_other_projects(rest: Rest, rest_api: RestApi) -> None:
    """Each project has alerts of its own."""
    name = rest_api.alerts.open(PRODUCTION, POLICY, "A")
    assert names(rest) == []
    assert rest.refused_get(HOST, f"v3/{name}".replace(PRODUCTION, STAGING))[0] == 404


@pytest.mark.parametrize("order", ["name", "openTime down", "openTime,,closeTime"])
def test_no_order(rest: Rest, order: str) -> None:
    """Alerts sort by two times only."""
    status, told = rest.refused_get(HOST, ALERTS, orderBy=order)
    assert (status, "Invalid orderBy" in told) == (400, True)


def test_looking_first(rest: Rest, rest_api: RestApi) -> None:
    """Whoever stands in for the policies is asked before alerts are listed."""
    rest_api.alerts.look = lambda project: rest_api.alerts.open(project, POLICY, "seen")
    assert len(names(rest)) == 1
