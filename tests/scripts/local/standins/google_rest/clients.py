"""The client of Google's REST services that operations use, on a stand-in's port."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import requests

from scripts.local.firebase_project import ROOT
from scripts.ops.operations.google_rest import Body, GoogleRest, RestError, connected
from scripts.ops.operations.site import REST_URL, Site

PATIENCE = 5  # seconds until a call that hangs fails its test
STAGING, PRODUCTION = "demo-conteur-staging", "demo-conteur-production"


@dataclass(frozen=True, slots=True)
class Rest:
    """The client, and what it says of an error."""

    google: GoogleRest
    url: str

    def get(self, host: str, path: str, **query: str | list[str]) -> Body:
        return self.google.get(host, path, **query)

    def post(self, host: str, path: str, **body: object) -> Body:
        return self.google.post(host, path, body)

    def patch(self, host: str, path: str, body: Body) -> requests.Response:
        """Send what only firebase-tools does."""
        return requests.patch(f"{self.url}/{host}/{path}", json=body, timeout=PATIENCE)

    def delete(self, host: str, path: str) -> int:
        """Send what only firebase-tools does, and return the status."""
        return requests.delete(f"{self.url}/{host}/{path}", timeout=PATIENCE).status_code

    def refusal(self, host: str, path: str, **body: object) -> tuple[int, str]:
        """Return the status and text of a POST that is refused."""
        with pytest.raises(RestError) as raised:
            self.google.post(host, path, body)
        return raised.value.status, _told(raised.value)

    def refused_get(self, host: str, path: str, **query: str | list[str]) -> tuple[int, str]:
        """Return the status and text of a GET that is refused."""
        with pytest.raises(RestError) as raised:
            self.google.get(host, path, **query)
        return raised.value.status, _told(raised.value)


@contextmanager
def rest_on(url: str, project: str = STAGING) -> Iterator[Rest]:
    """Give the client of a project that is not in any cloud."""
    with connected(Site(ROOT, "staging", project, {REST_URL: url})) as google:
        yield Rest(google, url)


def _told(error: RestError) -> str:
    return str(error).partition(": ")[2].removesuffix(".")
