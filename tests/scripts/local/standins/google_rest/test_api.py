"""All stand-ins for REST services on one port."""

from http import HTTPStatus

from scripts.local.standins.google_rest.api import RestApi
from scripts.local.standins.google_rest.frame import RestFault
from tests.scripts.local.standins.google_rest.clients import PRODUCTION, STAGING, Rest


def test_each_fails_by_itself(rest: Rest, rest_api: RestApi) -> None:
    """A fault of one service leaves the others as they are."""
    rest_api.projects.fault = RestFault(HTTPStatus.FORBIDDEN, "no")
    host = rest_api.projects.host
    assert rest.refused_get(host, f"v1/projects/{STAGING}") == (403, "no")
    assert rest.get(rest_api.firebase.host, f"v1beta1/projects/{STAGING}")


def test_the_same_project(rest: Rest, rest_api: RestApi) -> None:
    """A project has one number everywhere, and another project another one."""
    numbers = [
        rest.get(rest_api.projects.host, f"v1/projects/{project}")["projectNumber"]
        for project in (STAGING, PRODUCTION)
    ]
    app = rest.get(rest_api.firebase.host, f"v1beta1/projects/{STAGING}/webApps/-/config")
    assert app["messagingSenderId"] == numbers[0] != numbers[1]


def test_each_has_a_host(rest_api: RestApi) -> None:
    """No two services have one host, so none hides another."""
    hosts = [member.host for member in rest_api.members]
    assert len(set(hosts)) == len(hosts)
