"""What an app of the project has in its configuration, and its App Check tokens.

https://firebase.google.com/docs/reference/firebase-management/rest/v1beta1/projects.webApps
https://firebase.google.com/docs/reference/appcheck/rest/v1/projects.apps/exchangeDebugToken
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from dotenv import dotenv_values
from requests import RequestException, Session

from conteur.settings import AppCheckMode, Environment
from scripts.ops.operations.errors import OperationError, RefusedError
from scripts.ops.operations.google_rest import LIMITS, GoogleRest
from scripts.ops.operations.site import Site
from scripts.ops.validation.errors import understood

MANAGEMENT, APP_CHECK = "firebase.googleapis.com", "firebaseappcheck.googleapis.com"
DEBUG_TOKEN = "APP_CHECK_DEBUG_TOKEN"  # noqa: S105 - the name of the secret
HEADER = "X-Firebase-AppCheck"


@dataclass(frozen=True, slots=True)
class WebApp:
    """A web app: its id, its key, and where it signs users in."""

    id: str
    key: str = field(repr=False)
    identity: str


def find_web_app(rest: GoogleRest, site: Site, toolkit: str) -> WebApp:
    """Return the project's first web app. Raises OperationError."""
    at = f"v1beta1/projects/{site.project}/webApps"
    with understood(MANAGEMENT):
        apps = rest.get(MANAGEMENT, at).get("apps", [])
        active = [each["appId"] for each in apps if each.get("state", "ACTIVE") == "ACTIVE"]
    if not active:
        raise RefusedError(
            f"{site.label} has no web app, with whose key a user signs in. Make one: npx firebase "
            f"apps:create WEB validation -P {site.name}."
        )
    id_ = str(active[0])
    with understood(MANAGEMENT):
        key = str(rest.get(MANAGEMENT, f"{at}/{id_}/config")["apiKey"])
    return WebApp(id_, key, site.rest(toolkit))


def app_check_mode(site: Site) -> AppCheckMode:
    """Return what the functions of the environment ask for, as functions/.env* say."""
    texts = {
        **dotenv_values(site.root / "functions/.env"),
        **dotenv_values(site.root / f"functions/.env.{site.name}"),
    }
    is_open = site.name in {Environment.LOCAL, Environment.STAGING}
    usual = AppCheckMode.OFF if is_open else AppCheckMode.ENFORCED
    return AppCheckMode(texts.get("APP_CHECK") or usual)


class AppCheckTokens:
    """Exchanges the debug token for those that a call carries; each is for one call."""

    def __init__(
        self, session: Session, site: Site, app: WebApp, read: Callable[[str], str]
    ) -> None:
        """Take what reads a secret."""
        self._session = session
        self._site = site
        self._app = app
        self._read = read
        self._kept = ""
        self._mode = app_check_mode(site)

    def token(self) -> str:
        """Return a token, a new one where each is good for one call. Raises OperationError."""
        if self._mode is AppCheckMode.CONSUMED or not self._kept:
            self._kept = self._exchanged()
        return self._kept

    def _exchanged(self) -> str:
        at = f"v1/projects/{self._site.project}/apps/{self._app.id}:exchangeDebugToken"
        body = {
            "debugToken": self._read(DEBUG_TOKEN),
            "limitedUse": self._mode is AppCheckMode.CONSUMED,
        }
        url = f"{self._site.rest(APP_CHECK)}/{at}?key={self._app.key}"
        try:
            reply = self._session.post(url, json=body, timeout=LIMITS)
        except RequestException as error:
            # Only its kind: the address holds a key.
            raise OperationError(
                f"{APP_CHECK} does not answer: {type(error).__name__}. Try again."
            ) from error
        if not reply.ok:
            raise OperationError(
                f"{self._site.label}: App Check takes the debug token in the secret {DEBUG_TOKEN} "
                f"no more (HTTP {reply.status_code}). Make another one in the console, below App "
                "Check, Apps, and add it as a new version of the secret."
            )
        with understood(APP_CHECK):
            return str(reply.json()["token"])
