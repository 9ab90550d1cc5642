"""Stand-ins for what a deploy asks first: a token, and the account that functions run as."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from scripts.local.standins.google_rest.frame import Asked, Body, RestStandIn, Route
from scripts.local.standins.google_rest.projects import PROJECT, Projects, project_number


@dataclass
class Tokens(RestStandIn):
    """Gives everybody a token that opens nothing.

    https://developers.google.com/identity/protocols/oauth2/web-server#offline
    """

    host: ClassVar[str] = "www.googleapis.com"

    def routes(self) -> Sequence[Route]:
        """Return the one that exchanges a refresh token."""
        return [("POST", "/oauth2/v3/token", _token)]


@dataclass
class ComputeEngine(RestStandIn):
    """Names the default service account of a project.

    https://cloud.google.com/compute/docs/reference/rest/v1/projects/get
    """

    host: ClassVar[str] = "compute.googleapis.com"
    projects: Projects

    def routes(self) -> Sequence[Route]:
        """Return the one that reads a project."""
        return [("GET", f"/compute/v1/{PROJECT}", self._project)]

    def _project(self, asked: Asked) -> Body:
        number = project_number(self.projects.find(asked.parts["project"]))
        return {"defaultServiceAccount": default_account(str(number))}


def default_account(number: str) -> str:
    """Return the account that functions run as where none is named."""
    return f"{number}-compute@developer.gserviceaccount.com"


def _token(_: Asked) -> Body:
    return {"access_token": "nobody", "expires_in": 3600, "token_type": "Bearer"}
