"""Users' accounts: Firebase Auth's own, and the operator's list of blocked users in Firestore.

A block is the document `blocked/{uid}` {reason, at, by, until?}, which scripts/users writes.

Importing this module imports firebase-admin: the composition root does so in the worker.
"""

import time
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property

import firebase_admin
from firebase_admin import auth
from firebase_admin.exceptions import FirebaseError, PermissionDeniedError
from google.api_core.datetime_helpers import DatetimeWithNanoseconds
from google.auth.exceptions import GoogleAuthError
from google.cloud.firestore import Client

from conteur.adapters.background import BackgroundThreads
from conteur.adapters.beside import begun
from conteur.adapters.firebase_credentials import credentials_for
from conteur.adapters.firestore_failures import translated
from conteur.adapters.google_retry import repeated
from conteur.domain.account import Account
from conteur.domain.deadline import Deadline
from conteur.errors import AuthUnavailableError, Phase
from conteur.telemetry import logs
from conteur.use_cases.ports import Clock

REQUEST_SECONDS = 2.0
THREADS = 10  # as many connections as the library keeps

_MENDS: tuple[tuple[type[Exception], str], ...] = (
    (
        PermissionDeniedError,
        (
            "grant the function's service account roles/firebaseauth.viewer, and enable the"
            " Identity Toolkit API"
        ),
    ),
    (GoogleAuthError, "check that the function's service account is there and enabled"),
)


class FirebaseAccounts:
    """Implements guard_ports.Accounts; Auth and Firestore are asked at the same time.

    Where FIREBASE_AUTH_EMULATOR_HOST is set the library asks the emulator. `endpoint` is the URL
    of another stand-in for https://identitytoolkit.googleapis.com, and gets no credentials.

    The library asks the metadata server for credentials with a time-out of its own; so it works
    on threads beside the caller, who waits no longer than they said.
    """

    def __init__(self, project: str, firestore: Client, clock: Clock, endpoint: str = "") -> None:
        self._project = project
        self._firestore = firestore
        self._clock = clock
        self._endpoint = endpoint
        self._beside = BackgroundThreads(THREADS)

    def look_up(self, uid: str, timeout: float) -> Account:
        """Return the account as it stands; one of another tenant does not exist.

        A block holds also where Auth does not answer; where it does, an ended session is told of
        a blocked user too, since they are let in for their own data.
        Raises AuthUnavailableError, or DeadlineError where Firestore does not answer.
        """
        deadline = Deadline(time.monotonic() + timeout)
        found = begun(self._beside, lambda: self._account(uid))
        is_blocked = self._is_blocked(uid, timeout)
        try:
            account = found.result(deadline.remaining(time.monotonic()))
        except (TimeoutError, AuthUnavailableError):
            if not is_blocked:
                raise _unavailable() from None
            account = Account()
        return replace(account, blocked=account.blocked or is_blocked)

    def _is_blocked(self, uid: str, timeout: float) -> bool:
        document = self._firestore.document(f"blocked/{uid}")
        with translated(Phase.ADMISSION):
            block = repeated(
                lambda left: document.get(retry=None, timeout=left), timeout, "firestore"
            )
        until = (block.to_dict() or {}).get("until")
        is_over = isinstance(until, DatetimeWithNanoseconds) and until <= self._clock.now()
        return block.exists and not is_over

    def _account(self, uid: str) -> Account:
        try:
            user = self._auth.get_user(uid)
        except auth.UserNotFoundError:
            return Account(exists=False)
        except (FirebaseError, GoogleAuthError) as error:
            _log(error)
            raise _unavailable() from None
        return Account(
            created=_moment(user.user_metadata.creation_timestamp),
            valid_after=_moment(user.tokens_valid_after_timestamp),
            blocked=user.disabled,
        )

    @cached_property
    def _auth(self) -> auth.Client:
        # Not initialize_app: it registers the name for good, and a second try would be refused.
        options = {"projectId": self._project, "httpTimeout": REQUEST_SECONDS}
        app = firebase_admin.App("accounts", credentials_for(self._endpoint), options)
        client = auth.Client(app)
        if self._endpoint:
            manager = client._user_manager  # noqa: SLF001 - no public way
            manager.base_url = f"{self._endpoint}/v1/projects/{self._project}"
        return client


def _moment(milliseconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else None


def _log(error: Exception) -> None:
    """Log what does not pass by itself, with what the operator does."""
    for kind, mend in _MENDS:
        if isinstance(error, kind):
            logs.error("accounts.failed", error, mend=mend)


def _unavailable() -> AuthUnavailableError:
    return AuthUnavailableError(
        "accounts cannot be looked up just now: try again in a few seconds", retry_after_seconds=5
    )
