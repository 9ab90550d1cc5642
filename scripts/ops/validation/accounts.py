"""The account of a synthetic user: made for one validation, and deleted with it.

By the project's own rights (roles/firebaseauth.admin), so that no sign-up is open for it; signed in
with its password as an app does.
https://cloud.google.com/identity-platform/docs/reference/rest/v1/projects.accounts
https://cloud.google.com/identity-platform/docs/reference/rest/v1/accounts/signInWithPassword
"""

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from requests import RequestException, Session

from scripts.ops.operations.errors import OperationError
from scripts.ops.operations.google_rest import LIMITS, GoogleRest, RestError
from scripts.ops.validation.errors import understood
from scripts.ops.validation.web_app import WebApp

TOOLKIT = "identitytoolkit.googleapis.com"
DOMAIN = "synthetic.invalid"
"""Nobody ever gets mail there: https://www.rfc-editor.org/rfc/rfc6761#section-6.4"""
OWNER = {"Authorization": "Bearer owner"}  # whom the emulator takes for an administrator


@dataclass(frozen=True, slots=True)
class User:
    """A signed-in user. Neither the token nor the password is ever shown."""

    uid: str
    token: str = field(repr=False)


class EmulatorAccounts:
    """Accounts of the Auth emulator at `host:port`. Methods raise OperationError."""

    def __init__(self, session: Session, host: str, project: str) -> None:
        self._session = session
        self._base = f"http://{host}/{TOOLKIT}/v1"
        self._project = project

    def make(self) -> User:
        """Return a new user, signed in."""
        made = self._post("accounts:signUp?key=local", {**_person(), "returnSecureToken": True})
        with understood(TOOLKIT):
            return User(made["localId"], made["idToken"])

    def delete(self, uid: str) -> None:
        """Delete the account; one that is gone already is fine."""
        self._post(f"projects/{self._project}/accounts:delete", {"localId": uid}, OWNER)

    def _post(
        self, path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        return posted(self._session, f"{self._base}/{path}", body, headers)


class ProjectAccounts:
    """Accounts of a project. Methods raise OperationError."""

    def __init__(self, rest: GoogleRest, session: Session, app: WebApp, project: str) -> None:
        self._rest = rest
        self._session = session
        self._app = app
        self._project = project

    def make(self) -> User:
        """Return a new user, signed in."""
        person = _person()
        made = self._rest.post(TOOLKIT, f"v1/projects/{self._project}/accounts", person)
        with understood(TOOLKIT):
            uid = str(made["localId"])
        try:
            return User(uid, self._signed_in(person))
        except BaseException as error:
            self._take_back(uid, error)
            raise

    def delete(self, uid: str) -> None:
        """Delete the account; one that is gone already is fine."""
        try:
            body = {"localId": uid}
            self._rest.post(TOOLKIT, f"v1/projects/{self._project}/accounts:delete", body)
        except RestError as error:
            if "USER_NOT_FOUND" not in str(error):
                raise

    def _signed_in(self, person: Mapping[str, str]) -> str:
        # Without our own credentials: an app has none.
        url = f"{self._app.identity}/v1/accounts:signInWithPassword?key={self._app.key}"
        signed_in = posted(self._session, url, {**person, "returnSecureToken": True})
        with understood(TOOLKIT):
            return str(signed_in["idToken"])

    def _take_back(self, uid: str, why: BaseException) -> None:
        """Delete whom nobody can sign in. Raises OperationError with what is left."""
        try:
            self.delete(uid)
        except OperationError as error:
            raise OperationError(
                f"{why} And the user {uid} is left ({error}): delete it in the console, below "
                "Authentication."
            ) from error


def posted(
    session: Session,
    url: str,
    body: Mapping[str, Any],
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Send JSON without credentials of ours, and return the answer. Raises OperationError."""
    where = url.partition("?")[0]  # what follows is a key
    try:
        reply = session.post(url, json=dict(body), headers=headers, timeout=LIMITS)
        read: dict[str, Any] = reply.json()
    except (RequestException, ValueError) as error:
        raise OperationError(
            f"{where} does not answer as it should: {type(error).__name__}. Try again."
        ) from error
    with understood(where):
        problem = "" if reply.ok else str((read.get("error") or {}).get("message", ""))
    if not reply.ok:
        raise OperationError(f"{where}: {problem or f'HTTP {reply.status_code}'}.")
    return read


def _person() -> dict[str, str]:
    return {"email": f"{uuid.uuid4()}@{DOMAIN}", "password": secrets.token_urlsafe(24)}
