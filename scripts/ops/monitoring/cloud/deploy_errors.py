"""What can go wrong with Cloud Monitoring's configuration, for the person at the terminal."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from google.api_core.exceptions import (
    Aborted,
    AlreadyExists,
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

API = "monitoring.googleapis.com"
LOG_IN = "Run `gcloud auth application-default login`, and try again"
ROLE = "roles/monitoring.editor"
_GRANT = (
    "gcloud projects add-iam-policy-binding {project} --member user:YOU@EXAMPLE.COM "
    f"--role {ROLE}"
)
_AGAIN = "run it again: it goes on where it was"
_TEXTS: tuple[tuple[tuple[type[Exception], ...], str, str], ...] = (
    (
        (ServiceUnavailable, DeadlineExceeded, RetryError, TransportError),
        "Cloud Monitoring could not be reached in time",
        f"Check the network, and https://status.cloud.google.com, and {_AGAIN}",
    ),
    (
        (PermissionDenied,),
        "you have no right to look at its monitoring and change it",
        f"Ask an owner for {ROLE}: `{_GRANT}`",
    ),
    ((Unauthenticated, GoogleAuthError), "there are no credentials that Google accepts", LOG_IN),
    ((ResourceExhausted,), "its quota of such calls is used up", f"Wait a minute, and {_AGAIN}"),
    ((NotFound,), "there is no such project", "Check the name after -P"),
)
_DISABLED = "SERVICE_DISABLED"


class DeployError(Exception):
    """Cloud Monitoring did not do it; the text says what happened and what to do."""

    exit_code = 4


class ElsewhereError(DeployError):
    """Somebody else changes the same at the same time."""

    exit_code = 3


@contextmanager
def explained(project: str, secrets: Collection[str] = ()) -> Iterator[None]:
    """Raise DeployError for every failure of the API; no text has one of the `secrets` in it."""
    try:
        yield
    except (GoogleAPICallError, RetryError, GoogleAuthError) as error:
        happened, mend = _told(project, error, secrets)
        # From None: the API's own words, which a traceback would have, may repeat what was sent.
        raise DeployError(f"{project}: {happened}. {mend}.") from None


@contextmanager
def conflicting(project: str) -> Iterator[None]:
    """Raise ElsewhereError where a call meets what has changed since it was read."""
    try:
        yield
    except (Aborted, AlreadyExists, NotFound) as error:
        raise ElsewhereError(
            f"{project}: somebody else changes its monitoring at the same time "
            f"({type(error).__name__}). Let them finish, look with `scripts/monitoring diff`, and "
            "run this again."
        ) from error


def _told(project: str, error: Exception, secrets: Collection[str]) -> tuple[str, str]:
    if isinstance(error, GoogleAPICallError) and _is_disabled(error):
        mend = f"Run `gcloud services enable {API} --project {project}`, and try again in a minute"
        return "the Cloud Monitoring API is not enabled", mend
    for kinds, happened, mend in _TEXTS:
        if isinstance(error, kinds):
            return happened, mend.format(project=project)
    return f"Cloud Monitoring refused ({_without(secrets, error)})", "Mend what it says, and retry"


def _is_disabled(error: GoogleAPICallError) -> bool:
    return _DISABLED in {error.reason, *str(error).split()} or "it is disabled" in str(error)


def _without(secrets: Collection[str], error: Exception) -> str:
    text = getattr(error, "message", "") or str(error)
    for secret in secrets:
        text = text.replace(secret, "...")
    return text
