"""Errors as RFC 9457 has them: `application/problem+json`."""

import json
import math
from collections.abc import Mapping
from uuid import UUID

from conteur.entrypoints.callable.protocol import HTTP_STATUS
from conteur.errors import (
    BugError,
    Code,
    ConteurError,
    MethodNotAllowedError,
    SecretUnavailableError,
    ShortMemoryError,
    SignatureInvalidError,
    StepsMissingError,
    StoreTimeoutError,
)

MEDIA_TYPE = "application/problem+json"
USUAL_WAIT_SECONDS = 1
_WAIT_IS_TOLD = (409, 429, 503)


def status_of(error: type[ConteurError] | ConteurError) -> int:
    """Return the HTTP status of an error.

    Short memory is no caller's doing: 429, which its code stands for, would blame one.
    """
    if error.reason == ShortMemoryError.reason:
        return 503
    return error.entry.status or HTTP_STATUS[error.code]


# Whose own words are for the log: they tell of the inside.
_UNTOLD: Mapping[str, tuple[str, str]] = {
    BugError.reason: (
        BugError.entry.en,
        "something went wrong and was logged: report this correlation id if it goes on",
    ),
    SecretUnavailableError.reason: (
        StoreTimeoutError.entry.en,
        "what is needed to answer cannot be read just now: send the same request again",
    ),
}


def body_of(error: ConteurError, api_url: str, correlation: UUID) -> str:
    """Return the answer's body; `error` and `message` are what older apps read."""
    members: Mapping[str, object] = error.members if isinstance(error, StepsMissingError) else {}
    title, detail = _UNTOLD.get(error.reason, (error.entry.en, error.message))
    details = {name: value for name, value in error.details().items() if name != "reason"}
    body = {
        "type": f"{api_url}/errors.json#{error.reason}",
        "title": title,
        "status": status_of(error),
        "detail": detail,
        "error": error.reason,
        "message": detail,
        "correlationId": str(correlation),
        **details,
        **members,
    }
    # Foreign text that is no Unicode is told as "?".
    return json.dumps(body, ensure_ascii=False).encode(errors="replace").decode()


def headers_of(error: ConteurError) -> dict[str, str]:
    """Return the headers that go with an error."""
    headers = {"Content-Type": MEDIA_TYPE}
    wait = error.retry_after_seconds
    if wait is None and error.retryable and status_of(error) in _WAIT_IS_TOLD:
        wait = USUAL_WAIT_SECONDS
    if wait is not None:
        headers["Retry-After"] = str(math.ceil(wait))
    if isinstance(error, MethodNotAllowedError):
        headers["Allow"] = ", ".join(error.allowed)
    if error.code is Code.UNAUTHENTICATED:
        headers["WWW-Authenticate"] = _challenge(error)
    return headers


def _challenge(error: ConteurError) -> str:
    """Return what RFC 9110 (15.5.2) wants with a 401; of a token, as RFC 6750 words it."""
    if isinstance(error, SignatureInvalidError):
        return "Conteur-Signature"
    return "Bearer" if error.reason == "NO_TOKEN" else 'Bearer error="invalid_token"'
