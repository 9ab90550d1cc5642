"""Secrets kept in Google Secret Manager.

Importing this module imports gRPC's client: the composition root does so in the worker, for a
channel that was opened before a fork hangs after it.
"""

from functools import partial

import google_crc32c
import grpc
from google.api_core import exceptions as google_errors
from google.auth.exceptions import GoogleAuthError
from google.cloud import secretmanager_v1 as api
from google.cloud.secretmanager_v1.services.secret_manager_service.transports import (
    SecretManagerServiceGrpcTransport,
)

from conteur.adapters.google_retry import last_failure, repeated
from conteur.domain.secret import Secret
from conteur.errors import SecretUnavailableError

_MEANINGS: tuple[tuple[type[Exception], str], ...] = (
    (google_errors.DeadlineExceeded, "Secret Manager did not answer in time; try again"),
    (google_errors.NotFound, "there is no such secret or version; the operator creates it"),
    (
        google_errors.PermissionDenied,
        "the function's service account lacks roles/secretmanager.secretAccessor on it",
    ),
    (
        google_errors.Unauthenticated,
        "the function's credentials are refused; the operator checks its service account",
    ),
    (google_errors.ServiceUnavailable, "Secret Manager is out of reach; try again in a moment"),
    (google_errors.FailedPrecondition, "the version is disabled; the operator enables it"),
    (
        GoogleAuthError,
        "there are no Google credentials; run `gcloud auth application-default login`",
    ),
)

_MISSING = (google_errors.NotFound, google_errors.FailedPrecondition)


class SecretManager:
    """Implements ports.SecretStore.

    `endpoint` (`host:port`) is a stand-in that is spoken to without TLS; empty, the real
    service with the process's own credentials.
    Source: https://cloud.google.com/secret-manager/docs/access-secret-version
    """

    def __init__(self, project: str, endpoint: str = "") -> None:
        self._project = project
        self._endpoint = endpoint
        self._client: api.SecretManagerServiceClient | None = None

    def read(self, name: str, version: str, timeout: float) -> Secret:
        """Return one version (`latest` or a number), without the line end that editors add.

        A failure that may pass is met with another try. Raises SecretUnavailableError within
        `timeout` seconds.
        """
        path = f"projects/{self._project}/secrets/{name}/versions/{version}"
        try:
            answer = repeated(partial(self._access, path), timeout, "secret_manager")
        except (
            google_errors.GoogleAPICallError,
            google_errors.RetryError,
            GoogleAuthError,
        ) as error:
            failure = last_failure(error)
            missing = isinstance(failure, _MISSING)
            raise _unavailable(path, _meaning(failure), missing=missing) from error
        return _secret(path, answer)

    def _access(self, path: str, timeout: float) -> api.AccessSecretVersionResponse:
        return self._connected().access_secret_version(name=path, retry=None, timeout=timeout)

    def _connected(self) -> api.SecretManagerServiceClient:
        if self._client is None:
            self._client = _connect(self._endpoint)
        return self._client


def _connect(endpoint: str) -> api.SecretManagerServiceClient:
    if not endpoint:
        return api.SecretManagerServiceClient()
    channel = grpc.insecure_channel(endpoint)
    return api.SecretManagerServiceClient(
        transport=SecretManagerServiceGrpcTransport(channel=channel)
    )


def _secret(path: str, answer: api.AccessSecretVersionResponse) -> Secret:
    payload = answer.payload
    if google_crc32c.value(payload.data) != payload.data_crc32c:
        raise _unavailable(path, "it arrived damaged; try again")
    try:
        value = payload.data.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        value = ""
    if not value:
        raise _unavailable(
            path, "it is empty or no text; the operator adds a version", missing=True
        )
    return Secret(value, answer.name.rpartition("/")[2])


def _meaning(error: Exception) -> str:
    for kind, meaning in _MEANINGS:
        if isinstance(error, kind):
            return meaning
    return f"Secret Manager failed ({type(error).__name__}); try again"


def _unavailable(path: str, meaning: str, *, missing: bool = False) -> SecretUnavailableError:
    return SecretUnavailableError(f"The secret {path} cannot be read: {meaning}.", missing=missing)
