"""App Check tokens that are good for one call: Firebase's server remembers who had one.

Importing this module imports firebase-admin: the composition root does so in the worker.
"""

from functools import cached_property

import firebase_admin
from firebase_admin._http_client import JsonHttpClient
from firebase_admin.app_check import _AppCheckService
from firebase_admin.exceptions import (
    FirebaseError,
    InvalidArgumentError,
    NotFoundError,
    PermissionDeniedError,
)
from google.auth.exceptions import GoogleAuthError

from conteur.adapters.background import BackgroundThreads
from conteur.adapters.beside import begun
from conteur.adapters.firebase_credentials import credentials_for
from conteur.errors import AppCheckReplayedError, AuthUnavailableError
from conteur.telemetry import logs

ANSWER_SECONDS = 3.0
THREADS = 10  # as many connections as the library keeps

_MENDS: tuple[tuple[type[Exception], str], ...] = (
    (
        PermissionDeniedError,
        (
            "grant the function's service account roles/firebaseappcheck.tokenVerifier, and enable"
            " the Firebase App Check API"
        ),
    ),
    (NotFoundError, "enable the Firebase App Check API"),
    (
        InvalidArgumentError,
        "register the app with a provider that knows used tokens: docs/access.md",
    ),
    (GoogleAuthError, "check that the function's service account is there and enabled"),
)


class AppCheckConsumer:
    """Uses tokens up, by the library's client for `projects.verifyAppCheckToken`.

    https://firebase.google.com/docs/reference/appcheck/rest/v1beta/projects/verifyAppCheckToken
    `endpoint` is the URL of a stand-in for https://firebaseappcheck.googleapis.com, and gets no
    credentials. The library asks the metadata server for them with a time-out of its own; so it
    works on threads beside the caller, who waits ANSWER_SECONDS at most.
    """

    def __init__(self, project: str, endpoint: str = "") -> None:
        self._project = project
        self._endpoint = endpoint
        self._beside = BackgroundThreads(THREADS)

    def consume(self, token: str) -> None:
        """Use up a token that was found good.

        Raises AppCheckReplayedError where it was used before, and AuthUnavailableError where
        nobody can tell: a token of which that is unknown lets nobody in.
        """
        answer = begun(self._beside, lambda: self._is_used(token))
        try:
            is_used = answer.result(ANSWER_SECONDS)
        except (FirebaseError, GoogleAuthError, TimeoutError) as error:
            _log(error)
            raise AuthUnavailableError(
                "App Check tokens cannot be checked just now: try again in a few seconds",
                retry_after_seconds=5,
            ) from None
        if is_used:
            raise AppCheckReplayedError(
                "this App Check token was used before: get a new limited-use token for each call"
            )

    def _is_used(self, token: str) -> bool:
        # The public way, verify_token(consume=True), checks the signature a second time.
        return bool(self._service._verify_replay_protection(token))  # noqa: SLF001

    @cached_property
    def _service(self) -> _AppCheckService:
        # Not initialize_app: it registers the name for good, and a second try would be refused.
        credentials = credentials_for(self._endpoint)
        app = firebase_admin.App("app-check", credentials, {"projectId": self._project})
        service = _AppCheckService(app)
        # The library's own client repeats a request whose answer was lost: the token would seem
        # to have been used before.
        service._http_client = JsonHttpClient(  # noqa: SLF001 - no public way
            credential=credentials.get_credential(), retries=None, timeout=ANSWER_SECONDS
        )
        if self._endpoint:
            path = service._VERIFY_URL_FORMAT.partition("googleapis.com")[2]  # noqa: SLF001
            service._VERIFY_URL_FORMAT = self._endpoint + path  # noqa: SLF001
        return service


def _log(error: Exception) -> None:
    for kind, mend in _MENDS:
        if isinstance(error, kind):
            logs.error("app_check.failed", error, mend=mend)
            return
    logs.warning("app_check.unavailable", error)
