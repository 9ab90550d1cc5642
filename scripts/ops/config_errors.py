"""What can go wrong with `scripts/config`, for the person at the terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from google.api_core.exceptions import (
    Aborted,
    AlreadyExists,
    DeadlineExceeded,
    FailedPrecondition,
    GoogleAPICallError,
    NotFound,
    PermissionDenied,
    RetryError,
    ServiceUnavailable,
    Unauthenticated,
)
from google.auth.exceptions import GoogleAuthError, TransportError

UNCHANGED = "The knobs are as they were"
UNREACHABLE = (ServiceUnavailable, DeadlineExceeded, RetryError, TransportError)
UNREACHED = (
    "Firestore could not be reached in time",
    "Check the network, and https://status.firebase.google.com, and try again",
)
TEXTS = (
    (
        PermissionDenied,
        "you have no right to read or write Firestore here",
        "Ask an owner of the project for roles/datastore.user, or log in as somebody who has it",
    ),
    (
        NotFound,
        "the project has no (default) Firestore database",
        "Check the name after -P, and create the database as docs/deploy.md says",
    ),
    (
        (Unauthenticated, GoogleAuthError),
        "there are no credentials that Google accepts",
        "Run `gcloud auth application-default login`, and try again",
    ),
)
CONFLICT = (Aborted, AlreadyExists, FailedPrecondition, NotFound)


class ConfigError(Exception):
    """Firestore did not do it; the text says what happened, what it means and what to do."""

    exit_code = 1


class RefusedError(ConfigError):
    """What was asked for is wrong; nothing was written."""

    exit_code = 2


class ConflictError(ConfigError):
    """Somebody else has changed the knobs at the same time; nothing was written."""

    exit_code = 3


@contextmanager
def explained(where: str, unanswered: str = UNCHANGED) -> Iterator[None]:
    """Raise ConfigError for every failure of Firestore; `unanswered` is what no answer means."""
    try:
        yield
    except (GoogleAPICallError, RetryError, GoogleAuthError) as error:
        happened, mend = _told(error)
        meaning = unanswered if isinstance(error, UNREACHABLE) else UNCHANGED
        raise ConfigError(f"{where}: {happened}. {meaning}. {mend}.") from error


@contextmanager
def conflicting() -> Iterator[None]:
    """Raise ConflictError where a commit's preconditions do not hold."""
    try:
        yield
    except CONFLICT as error:
        raise ConflictError(
            "Somebody else has changed the knobs since this command read them, so nothing was "
            "written. Look at what they did with `scripts/config history`, and repeat your change "
            "if it is still wanted."
        ) from error


def _told(error: Exception) -> tuple[str, str]:
    """Return what happened, and what to do."""
    if isinstance(error, UNREACHABLE):
        return UNREACHED
    told = (texts for kinds, *texts in TEXTS if isinstance(error, kinds))
    happened, mend = next(
        told, (f"Firestore refused ({error})", "Mend what it says, and try again")
    )
    return happened, mend
