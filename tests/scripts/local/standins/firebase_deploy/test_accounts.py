"""The stand-ins for a token, and for the account that functions run as."""

from http import HTTPStatus

from scripts.local.standins.firebase_deploy.accounts import ComputeEngine, Tokens
from scripts.local.standins.google_rest.projects import Projects, project_number
from tests.scripts.local.standins.firebase_deploy.asking import ask

PROJECT = "demo-conteur"


def test_token() -> None:
    """Anybody gets a token."""
    status, answer = ask(Tokens(), "POST", "/oauth2/v3/token", b"{}")
    assert (status, answer["token_type"]) == (HTTPStatus.OK, "Bearer")


def test_account() -> None:
    """A project's default account has its number, by which it is asked for as well."""
    number = project_number(PROJECT)
    path = f"/compute/v1/projects/{number}"
    _, answer = ask(ComputeEngine(Projects(PROJECT)), "GET", path)
    wanted = f"{number}-compute@developer.gserviceaccount.com"
    assert answer == {"defaultServiceAccount": wanted}


def test_no_such_project() -> None:
    """Another project cannot be seen."""
    path = "/compute/v1/projects/demo-other"
    assert ask(ComputeEngine(Projects(PROJECT)), "GET", path)[0] == HTTPStatus.FORBIDDEN
