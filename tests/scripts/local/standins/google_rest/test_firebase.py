"""The stand-in for Firebase Management, asked as validate does."""

from scripts.local.standins.google_rest.api import RestApi
from tests.scripts.local.standins.google_rest.clients import PRODUCTION, STAGING, Rest

HOST = "firebase.googleapis.com"
OF = f"v1beta1/projects/{STAGING}"


def test_a_project(rest: Rest) -> None:
    """A project is active and has a number."""
    project = rest.get(HOST, OF)
    assert (project["projectId"], project["state"]) == (STAGING, "ACTIVE")
    assert project["projectNumber"].isdecimal()


def test_the_web_app(rest: Rest, rest_api: RestApi) -> None:
    """The web app that is listed has the configuration that a browser needs."""
    [app] = rest.get(HOST, f"{OF}/webApps")["apps"]
    config = rest.get(HOST, f"{OF}/webApps/{app['appId']}/config")
    assert (config["appId"], config["projectId"]) == (app["appId"], STAGING)
    assert rest_api.firebase.project_of_key(config["apiKey"]) == STAGING
    assert rest.get(HOST, f"{OF}/webApps/-/config") == config
    assert rest.get(HOST, f"{OF}/webApps/{app['appId']}") == app


def test_no_web_app(rest: Rest, rest_api: RestApi) -> None:
    """Before anybody has registered one, there is no list, and nothing to find."""
    rest_api.firebase.remove_app(STAGING)
    assert rest.get(HOST, f"{OF}/webApps") == {}
    assert rest.refused_get(HOST, f"{OF}/webApps/-/config")[0] == 404


def test_anothers_app(rest: Rest, rest_api: RestApi) -> None:
    """An app is found in its own project only."""
    app = rest_api.firebase.app_id(PRODUCTION)
    assert rest.refused_get(HOST, f"{OF}/webApps/{app}/config")[0] == 404


def test_what_functions_are_given(rest: Rest) -> None:
    """The Admin SDK's configuration names project and bucket."""
    config = rest.get(HOST, f"{OF}/adminSdkConfig")
    assert config == {"projectId": STAGING, "storageBucket": f"{STAGING}.firebasestorage.app"}
