"""Errors as RFC 9457 has them."""

import json
from uuid import UUID

import pytest

from conteur.entrypoints.http import problem
from conteur.errors import (
    BugError,
    ConteurError,
    DatabaseBusyError,
    InvalidFieldError,
    MethodNotAllowedError,
    NoTokenError,
    RateLimitedError,
    SecretUnavailableError,
    ShortMemoryError,
    SignatureInvalidError,
    SnoozeLimitError,
    StepsMissingError,
    StoreTimeoutError,
    TokenExpiredError,
    kinds,
)

ID = UUID("0b9cf1c2-7f0e-4c9b-9a55-5d3f8f1f2a10")


def _body(error: ConteurError) -> dict[str, object]:
    body: dict[str, object] = json.loads(problem.body_of(error, "https://a.example", ID))
    return body


def test_body() -> None:
    """A problem has RFC 9457's members, the older ones, and what the contract knows besides."""
    assert _body(InvalidFieldError("days", "must be 1 to 30")) == {
        "type": "https://a.example/errors.json#INVALID_FIELD",
        "title": "Part of your request cannot be used. Change it, then try again.",
        "status": 400,
        "detail": "days: must be 1 to 30",
        "error": "INVALID_FIELD",
        "message": "days: must be 1 to 30",
        "correlationId": str(ID),
        "retryable": False,
        "field": "days",
    }


@pytest.mark.parametrize("kind", [BugError, SecretUnavailableError])
def test_what_callers_need_not_know(kind: type[ConteurError]) -> None:
    """The inside's own words, such as a secret's name or a constraint's, stay in the log."""
    body = problem.body_of(kind("projects/p/secrets/JWT_SECRET cannot be read"), "", ID)
    assert "JWT_SECRET" not in body
    assert "storyteller" not in body


def test_members() -> None:
    """The gate's problem says what is missing."""
    body = _body(StepsMissingError("missing", "payments", {"missingStep": "payments"}))
    assert (body["status"], body["error"]) == (409, "PRECONDITION_REQUIRED")
    assert body["missingStep"] == "payments"


def test_foreign_text() -> None:
    """Text that is no Unicode is told as a question mark."""
    assert _body(SnoozeLimitError("half \ud83e"))["detail"] == "half ?"


@pytest.mark.parametrize(
    ("error", "status"), [(ShortMemoryError, 503), (StoreTimeoutError, 503), (NoTokenError, 401)]
)
def test_status(error: type[ConteurError], status: int) -> None:
    """The status is the entry's, else the code's; short memory is no caller's doing."""
    assert problem.status_of(error) == status


def test_every_error_has_a_status() -> None:
    """Whatever is raised has the status of a refusal or a failure."""
    assert all(400 <= problem.status_of(error) < 600 for error in kinds())


def test_wait() -> None:
    """The wait that an error knows is told in whole seconds, rounded up."""
    error = RateLimitedError("too often", retry_after_seconds=41.2)
    assert problem.headers_of(error)["Retry-After"] == "42"


def test_usual_wait() -> None:
    """What may be repeated and knows no wait is answered with the usual one; nothing else is."""
    assert problem.headers_of(DatabaseBusyError("busy"))["Retry-After"] == "1"
    assert "Retry-After" not in problem.headers_of(SnoozeLimitError("done"))


@pytest.mark.parametrize(
    ("error", "challenge"),
    [
        (NoTokenError("none"), "Bearer"),
        (TokenExpiredError("old"), 'Bearer error="invalid_token"'),
        (SignatureInvalidError("bad"), "Conteur-Signature"),
    ],
)
def test_challenge(error: ConteurError, challenge: str) -> None:
    """A 401 says how to be known."""
    assert problem.headers_of(error)["WWW-Authenticate"] == challenge


def test_allow() -> None:
    """A 405 says which methods there are."""
    assert problem.headers_of(MethodNotAllowedError("X", ["GET", "HEAD"]))["Allow"] == "GET, HEAD"
