"""A project's secrets in Secret Manager, by a person's own rights."""

import os

from google.api_core.exceptions import NotFound, PermissionDenied, Unauthenticated
from google.auth.exceptions import GoogleAuthError

from conteur.adapters.google_retry import last_failure
from conteur.adapters.secret_manager import SecretManager
from conteur.errors import SecretUnavailableError
from conteur.settings import LOCAL_PROJECT_PREFIX
from scripts.ops.place import Place

SECONDS = 10.0
ENDPOINT = "SECRET_MANAGER_ENDPOINT"
_MENDS: tuple[tuple[type[Exception], str], ...] = (
    (NotFound, "There is no such secret there: check -P, or create it as docs/deploy.md says"),
    (PermissionDenied, "Ask an owner of the project for roles/secretmanager.secretAccessor on it"),
    (Unauthenticated, "Run `gcloud auth application-default login`"),
    (GoogleAuthError, "Run `gcloud auth application-default login`"),
)


class SecretError(Exception):
    """A secret cannot be read; the text says why, and what to do. Nothing was done."""

    exit_code = 1


def read_secret(place: Place, name: str) -> str:
    """Return the newest version of a secret of the place's project. Raises SecretError.

    A project of the local stack has a stand-in, at SECRET_MANAGER_ENDPOINT.
    """
    is_local = place.project.startswith(LOCAL_PROJECT_PREFIX)
    endpoint = os.environ.get(ENDPOINT, "") if is_local else ""
    if is_local and not endpoint:
        raise SecretError(f"{place.project} is in no cloud: set {ENDPOINT} to its stand-in.")
    try:
        return SecretManager(place.project, endpoint).read(name, "latest", SECONDS).value
    except SecretUnavailableError as error:
        raise SecretError(_told(place, name, error)) from error


def _told(place: Place, name: str, error: SecretUnavailableError) -> str:
    cause = error.__cause__
    failure = last_failure(cause) if isinstance(cause, Exception) else error
    mend = next((mend for kind, mend in _MENDS if isinstance(failure, kind)), "")
    if mend:
        return f"The secret {name} of {place.project} cannot be read. {mend}, and try again."
    return error.message
