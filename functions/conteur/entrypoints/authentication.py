"""Who is calling, from a call's headers."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from conteur.entrypoints.callable import Caller
from conteur.errors import AppCheckError, NoTokenError
from conteur.telemetry.context import Headers

if TYPE_CHECKING:
    from conteur.use_cases.ports import Tokens

BEARER = "Bearer "
APP_CHECK_HEADER = "X-Firebase-AppCheck"


class HeaderAuthenticator:
    """Reads the tokens that Firebase's SDKs send. `tokens` is built when a first one comes."""

    def __init__(self, tokens: "Callable[[], Tokens]", *, enforce_app_check: bool) -> None:
        self._tokens = tokens
        self._enforce_app_check = enforce_app_check

    def authenticate(self, headers: Headers) -> Caller:
        """Return the caller.

        Raises UnauthenticatedError, AppCheckReplayedError or AuthUnavailableError. Only a call
        whose ID token is good may use its App Check token up.
        """
        id_token = _id_token(headers)
        app_token = _app_check_token(headers) if self._enforce_app_check else None
        tokens = self._tokens()
        identity = tokens.identify(id_token)
        app_id = tokens.attest(app_token) if app_token else None
        return Caller(identity.uid, identity.provider, app_id, identity.signed_in)


def _app_check_token(headers: Headers) -> str:
    token = headers.get(APP_CHECK_HEADER, "")
    if not token:
        raise AppCheckError(
            "the call has no App Check token: set App Check up in the app, and call again"
        ).noting(check="missing")
    return token


def _id_token(headers: Headers) -> str:
    authorization = headers.get("Authorization", "")
    token = authorization.removeprefix(BEARER).strip()
    if token == authorization or not token:
        error = NoTokenError("nobody is signed in: sign in with Firebase Auth, and call again")
        raise error.noting(check="scheme" if authorization else "missing")
    return token
