"""What can go wrong with reading a log, for the person at the terminal."""

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

from scripts.ops.logbook.source import ENDPOINT, Source

API = "logging.googleapis.com"
ROLE = "roles/logging.viewer"
UNREACHABLE = (ServiceUnavailable, DeadlineExceeded, RetryError, TransportError)
_GRANT = (
    "gcloud projects add-iam-policy-binding {project} --member user:YOU@EXAMPLE.COM "
    f"--role {ROLE}"
)
_TEXTS: tuple[tuple[tuple[type[Exception], ...], str, str], ...] = (
    (
        UNREACHABLE,
        "Cloud Logging could not be reached in time",
        "Check the network, and https://status.cloud.google.com, and try again",
    ),
    (
        (PermissionDenied,),
        "you have no right to read its log, or there is no such project",
        f"Check the name after -P, or ask an owner for {ROLE}: `{_GRANT}`",
    ),
    (
        (Unauthenticated, GoogleAuthError),
        "there are no credentials that Google accepts",
        "Run `gcloud auth application-default login`, and try again",
    ),
    (
        (ResourceExhausted,),
        "its quota of 60 reads a minute is used up",  # https://cloud.google.com/logging/quotas
        "Wait a minute, and try again",
    ),
    ((NotFound,), "there is no such project", "Check the name after -P"),
)
_STAND_IN_GONE = (
    "nothing answers there",
    f"Start a stack with scripts/dev and use --local, or mend {ENDPOINT}",
)


class LogError(Exception):
    """The log could not be read; the text says what happened and what to do."""

    exit_code = 3


@contextmanager
def explained(source: Source) -> Iterator[None]:
    """Raise LogError for every failure of the API."""
    try:
        yield
    except (GoogleAPICallError, RetryError, GoogleAuthError) as error:
        happened, mend = _told(source, error)
        raise LogError(f"{source.name}: {happened}. {mend}.") from error


def _told(source: Source, error: Exception) -> tuple[str, str]:
    if source.endpoint and isinstance(error, UNREACHABLE):
        return _STAND_IN_GONE
    if isinstance(error, GoogleAPICallError) and _is_disabled(error):
        enable = f"gcloud services enable {API} --project {source.project}"
        return "the Cloud Logging API is not enabled", f"Run `{enable}`, and retry in a minute"
    for kinds, happened, mend in _TEXTS:
        if isinstance(error, kinds):
            return happened, mend.format(project=source.project)
    return f"Cloud Logging refused ({error})", "Mend what it says, and try again"


def _is_disabled(error: GoogleAPICallError) -> bool:
    return error.reason == "SERVICE_DISABLED" or "it is disabled" in str(error)
