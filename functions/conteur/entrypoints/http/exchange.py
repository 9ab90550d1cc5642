"""One request as it arrived, and the answer that goes back."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Request

from conteur.domain.store.answer import Answer
from conteur.entrypoints.callable.connection import Connection
from conteur.entrypoints.http import problem
from conteur.entrypoints.http.headers import CORRELATION_ID, EVERY_ANSWER, PREFLIGHT, correlation_of
from conteur.entrypoints.http.reading import check_media, drain, read_body
from conteur.entrypoints.http.routes import Route
from conteur.errors import BodyTooLargeError, ConteurError
from conteur.telemetry.context import Headers

_BODILESS = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to be sent. `error` is why the request failed."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    error: ConteurError | None = None


@dataclass(slots=True)
class Exchange:
    """A request. `received` is the moment of its arrival (monotonic seconds).

    `queued` of the seconds since were waits for a free thread; `more_headers` go with whatever
    is answered.
    """

    method: str
    path: str
    raw_path: str
    query: Mapping[str, str]
    headers: Headers
    body: bytes | ConteurError
    received: float
    queued: float
    correlation: uuid.UUID
    request_id: uuid.UUID
    more_headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, request: Request, connection: Connection, now: float) -> "Exchange":
        """Take what is needed of `request`, its body or what is wrong with that."""
        connection.bound_waits()
        queued = connection.queued_seconds()  # of the last bytes so far: before more are read
        return cls(
            method=request.method,
            path=request.path,
            raw_path=request.environ.get("RAW_URI", request.path).partition("?")[0],
            query=request.args,
            headers=request.headers,
            body=_body(request),
            received=now - queued,
            queued=queued,
            correlation=correlation_of(request.headers),
            request_id=uuid.uuid4(),
        )

    def checked_media(self) -> bytes:
        """Return what there is of the body; the one of a GET counts as none.

        Raises BodyTooLargeError, and UnsupportedMediaTypeError by the headers.
        """
        if isinstance(self.body, BodyTooLargeError):
            raise self.body
        if self.method not in _BODILESS:
            check_media(self.headers, has_body=self.body != b"")
        return self.body if isinstance(self.body, bytes) else b""

    def checked_body(self) -> bytes:
        """Return the whole body. Raises what is wrong with it."""
        if isinstance(self.body, ConteurError):
            raise self.body
        return self.body

    def success(self, answer: Answer, error: ConteurError | None) -> Reply:
        """Return a handler's answer, which may tell of an error."""
        media = "application/json" if error is None else problem.MEDIA_TYPE
        headers = {
            "Content-Type": media,
            **({"ETag": answer.etag} if answer.etag else {}),
            **({"Idempotent-Replayed": "true"} if answer.replayed else {}),
        }
        body = answer.body.encode()
        return Reply(answer.status, self._headers(headers, body), body, error)

    def failure(self, error: ConteurError, api_url: str) -> Reply:
        """Return an error as a problem."""
        body = problem.body_of(error, api_url, self.correlation).encode()
        headers = self._headers(problem.headers_of(error), body)
        return Reply(problem.status_of(error), headers, body, error)

    def preflight(self, route: Route) -> Reply:
        """Return what a browser asks before a request from another origin."""
        methods = ", ".join(route.methods)
        allowed = {"Allow": methods, "Access-Control-Allow-Methods": methods}
        return Reply(204, self._headers({**PREFLIGHT, **allowed}))

    def _headers(self, headers: Mapping[str, str], body: bytes | None = None) -> Mapping[str, str]:
        length = {} if body is None else {"Content-Length": str(len(body))}
        own = {CORRELATION_ID: str(self.correlation)}
        return {**EVERY_ANSWER, **own, **self.more_headers, **headers, **length}


def _body(request: Request) -> bytes | ConteurError:
    if request.method in _BODILESS:
        drain(request)
        return b""
    return read_body(request)
