"""What Cloud Run and Artifact Registry refuse, for the person at the terminal.

Who may do what: https://cloud.google.com/run/docs/reference/iam/roles and
https://cloud.google.com/artifact-registry/docs/access-control
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from google.api_core.exceptions import (
    DeadlineExceeded,
    GoogleAPICallError,
    NotFound,
    PermissionDenied,
    RetryError,
    ServiceUnavailable,
    Unauthenticated,
)
from google.auth.exceptions import GoogleAuthError, TransportError

from scripts.ops.operations.errors import OperationError

FAILURES = (GoogleAPICallError, RetryError, GoogleAuthError)
"""All that a call of Google's client libraries may raise."""
UNANSWERED = (ServiceUnavailable, DeadlineExceeded, RetryError, TransportError)
"""After these nobody knows whether the call took effect."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of whom, and what it takes.

    `api` is the API's name for people, `may` the right in words, `role` who has it, `service` what
    is enabled for it, `missing` what is not there where nothing is found.
    """

    api: str
    may: str
    role: str
    service: str
    missing: str


READING = Asked(
    api="the Cloud Run Admin API",
    may="to read its services",
    role="roles/run.viewer",
    service="run.googleapis.com",
    missing="Cloud Run has no such service",
)
MOVING = Asked(
    api="the Cloud Run Admin API",
    may="to move its traffic",
    role="roles/run.developer, and for roles/iam.serviceAccountUser on the functions' account",
    service="run.googleapis.com",
    missing="Cloud Run has no such service or revision",
)
IMAGES = Asked(
    api="Artifact Registry",
    may="to read its images",
    role="roles/artifactregistry.reader",
    service="artifactregistry.googleapis.com",
    missing="Artifact Registry has no such repository",
)


@contextmanager
def explained(project: str, asked: Asked) -> Iterator[None]:
    """Raise OperationError for every failure of a call."""
    try:
        yield
    except FAILURES as error:
        raise OperationError(f"{project}: {told(error, asked)}.") from error


def told(error: Exception, asked: Asked) -> str:
    """Return what happened and what to do, without the last full stop."""
    match error:
        case ServiceUnavailable() | DeadlineExceeded() | RetryError() | TransportError():
            return (
                f"{asked.api} could not be reached in time. Check the network, and "
                "https://status.cloud.google.com, and try again"
            )
        case PermissionDenied():
            return (
                f"you have no right {asked.may}, or {asked.api} is not enabled. Ask an owner for "
                f"{asked.role}, or for `gcloud services enable {asked.service}`"
            )
        case Unauthenticated() | GoogleAuthError():
            return (
                "there are no credentials that Google accepts. Run `gcloud auth "
                "application-default login`, and try again"
            )
        case NotFound():
            return (
                f"{asked.missing}. Check the name after -P, or the environment, and that the "
                "function is deployed: scripts/plan"
            )
        case _:
            return f"{_name(asked)} refused ({error}). Mend what it says, and try again"


def _name(asked: Asked) -> str:
    return "Artifact Registry" if asked is IMAGES else "Cloud Run"
