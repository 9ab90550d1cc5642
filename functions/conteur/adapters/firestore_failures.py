"""What Firestore's failures mean, in the product's terms."""

from collections.abc import Iterator
from contextlib import contextmanager

from google.api_core.exceptions import (
    DeadlineExceeded,
    GoogleAPICallError,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
    RetryError,
    ServiceUnavailable,
    Unauthenticated,
)
from google.auth.exceptions import GoogleAuthError, TransportError

from conteur.adapters.google_retry import is_passing, last_failure
from conteur.errors import Cause, DeadlineError, Phase
from conteur.telemetry import logs

_MENDS: tuple[tuple[type[Exception], str], ...] = (
    (
        PermissionDenied,
        "grant the function's service account roles/datastore.user, and enable the Firestore API",
    ),
    (
        NotFound,
        "create the (default) Firestore database, unless just this story's document was deleted",
    ),
    (Unauthenticated, "check that the function's service account is there and enabled"),
    (GoogleAuthError, "check that the function's service account is there and enabled"),
    (ResourceExhausted, "raise the project's Firestore quota, or enable billing"),
)


@contextmanager
def translated(phase: Phase) -> Iterator[None]:
    """Raise DeadlineError for every failure of Firestore; what it was is in the log.

    What does not pass by itself is logged as `store.failed`, with what the operator does.
    """
    try:
        yield
    except (GoogleAPICallError, RetryError, GoogleAuthError) as error:
        failure = last_failure(error)
        if not (is_passing(failure) or isinstance(failure, DeadlineExceeded)):
            logs.error("store.failed", error, phase=phase, mend=_mend(failure))
        raise _told(failure, phase) from None


def _told(failure: Exception, phase: Phase) -> DeadlineError:
    if isinstance(failure, ServiceUnavailable | TransportError):
        return DeadlineError(
            "the store is out of reach: send the same request again in a moment",
            phase,
            Cause.NETWORK,
        )
    return DeadlineError("the store did not take it in time: send the same request again", phase)


def _mend(failure: Exception) -> str:
    for kind, mend in _MENDS:
        if isinstance(failure, kind):
            return mend
    return "look at https://status.firebase.google.com, and report the error if all is well there"
