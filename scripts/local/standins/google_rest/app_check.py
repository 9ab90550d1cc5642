"""A stand-in for App Check: a debug token's exchange for a token of the app.

https://firebase.google.com/docs/reference/appcheck/rest/v1/projects.apps/exchangeDebugToken
"""

import re
from collections.abc import Callable, Sequence
from http import HTTPStatus

from scripts.local.standins.google_rest.api_key import project_of
from scripts.local.standins.google_rest.firebase import FirebaseStandIn
from scripts.local.standins.google_rest.frame import (
    Asked,
    Body,
    RestRefusalError,
    RestStandIn,
    Route,
)
from scripts.local.standins.google_rest.projects import PROJECT
from scripts.local.standins.google_rest.reading import denied, fields, invalid

DEBUG_TOKEN = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
"""A UUID4, in any case.

https://firebase.google.com/docs/reference/appcheck/rest/v1/projects.apps.debugTokens"""
SECONDS, LIMITED_SECONDS = 3600, 300
"""How long a token lives, and one for limited use:
https://firebase.google.com/docs/reference/appcheck/rest/v1/AppCheckToken,
https://firebase.google.com/docs/app-check/custom-resource-backend#replay-protection"""


class AppCheckStandIn(RestStandIn):
    """The debug tokens of all projects' web apps, of which there are none until `register`.

    `mint` signs an App Check token of an app's id in a project; without it, none is given out.
    """

    host = "firebaseappcheck.googleapis.com"

    def __init__(
        self, firebase: FirebaseStandIn, mint: Callable[[str, str], str] | None = None
    ) -> None:
        super().__init__()
        self._firebase = firebase
        self._mint = mint
        self._tokens: set[tuple[str, str]] = set()

    def register(self, project: str, token: str) -> None:
        """Make a debug token of a project's web app known. Raises ValueError if it is no UUID4."""
        if not DEBUG_TOKEN.fullmatch(token.lower()):
            raise ValueError(f"{token!r} is no UUID4")
        with self.lock:
            self._tokens.add((project, token.lower()))

    def revoke(self, project: str, token: str) -> None:
        """Forget a debug token."""
        with self.lock:
            self._tokens.discard((project, token.lower()))

    def routes(self) -> Sequence[Route]:
        """Return the exchange."""
        path = rf"/v1/{PROJECT}/apps/(?P<app>[^/]+):exchangeDebugToken"
        return (("POST", path, self._exchange),)

    def _exchange(self, asked: Asked) -> Body:
        """Answer a token. An app, key or secret that does not fit is told from no other.

        https://github.com/firebase/firebase-ios-sdk/issues/9547,
        https://github.com/firebase/flutterfire/issues/9977
        """
        keys = project_of(asked, self.host, self._firebase.project_of_key)
        given = fields(asked.body, debugToken=str, limitedUse=bool)
        if not given.get("debugToken"):
            raise invalid("debug_token must be set.")
        project = self._firebase.known.find(asked.parts["project"])
        is_app = asked.parts["app"] == self._firebase.app_id(project)
        is_known = (project, given["debugToken"].lower()) in self._tokens
        if keys != project or not is_app or not is_known:
            raise denied("App attestation failed.")
        if self._mint is None:
            raise RestRefusalError(HTTPStatus.INTERNAL_SERVER_ERROR, "Nobody signs tokens here.")
        seconds = LIMITED_SECONDS if given.get("limitedUse") else SECONDS
        return {"token": self._mint(asked.parts["app"], project), "ttl": f"{seconds}s"}
