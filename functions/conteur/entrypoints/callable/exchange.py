"""One request and its answer, in the protocol's terms."""

import math
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge

from conteur.domain.int64 import decode_wrappers
from conteur.entrypoints.callable import protocol
from conteur.entrypoints.callable.connection import Connection
from conteur.errors import ConteurError, MalformedRequestError
from conteur.telemetry.context import Headers

MAX_BODY_BYTES = 1_000_000
MAX_DRAINED_BYTES = 32 * 1024 * 1024  # the largest HTTP/1 request that Cloud Run lets through
PIECE_BYTES = 65_536
_JSON_HEADERS = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]


@dataclass(frozen=True, slots=True)
class Answer:
    """A terminal answer, encoded; `error` is None for a success."""

    error: ConteurError | None
    body: bytes

    @property
    def http_status(self) -> int:
        """The status of a whole answer."""
        return protocol.http_status(self.error)

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The headers of a whole answer."""
        headers = [*_JSON_HEADERS, ("Content-Length", str(len(self.body)))]
        if self.error is not None and self.error.retry_after_seconds is not None:
            headers.append(("Retry-After", str(math.ceil(self.error.retry_after_seconds))))
        return headers


@dataclass(slots=True)
class Exchange:
    """A request as it arrived. `request_id` is ours until the body names one.

    `received` is the moment of its arrival (monotonic seconds), `queued` seconds before a
    thread was free for it.
    """

    method: str
    headers: Headers
    body: bytes | MalformedRequestError
    received: float
    queued: float
    connection: Connection
    request_id: str
    stream: bool
    peer: str = ""

    @classmethod
    def read(cls, request: Request, connection: Connection, now: float) -> "Exchange":
        """Take what is needed of `request`, its body or what is wrong with that."""
        connection.bound_waits()
        queued = connection.queued_seconds()  # of the last bytes so far: before more are read
        return cls(
            method=request.method,
            headers=request.headers,
            body=_read_body(request),
            received=now - queued,
            queued=queued,
            connection=connection,
            request_id=str(uuid.uuid4()),
            stream=protocol.wants_stream(request.headers.get("Accept", "")),
            peer=request.remote_addr or "",
        )

    def decode(self) -> object:
        """Return the call's data, and take over the request id it names.

        Raises MalformedRequestError, and InvalidFieldError for a bad Int64 wrapper.
        """
        if isinstance(self.body, MalformedRequestError):
            raise self.body
        content_type = self.headers.get("Content-Type", "")
        data = protocol.decode_body(self.method, content_type, self.body)
        self.request_id = _requested_id(data) or self.request_id
        return decode_wrappers(data)

    def success(self, result: Mapping[str, Any]) -> Answer:
        """Return `result`, encoded. Raises what JSON cannot hold as TypeError or ValueError."""
        return Answer(None, protocol.encode_result(result, stream=self.stream))

    def failure(self, error: ConteurError) -> Answer:
        """Return `error`, encoded."""
        return Answer(error, protocol.encode_error(error, self.request_id, stream=self.stream))


def _read_body(request: Request) -> bytes | MalformedRequestError:
    request.max_content_length = MAX_BODY_BYTES
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        return _drained(request)
    except Exception:  # noqa: BLE001 - whatever a server raises for what is no body
        return _broken_off()
    return _broken_off() if len(body) < (request.content_length or 0) else body


def _broken_off() -> MalformedRequestError:
    return _unreadable("the body did not arrive whole: send the call again")


def _drained(request: Request) -> MalformedRequestError:
    """Read what is left of a body that is too large: unread, it would meet the next answer."""
    stream = request.environ["wsgi.input"]
    with suppress(Exception):  # likewise
        for _ in range(MAX_DRAINED_BYTES // PIECE_BYTES):
            if not stream.read(PIECE_BYTES):
                break
    return _unreadable(f"the body is larger than {MAX_BODY_BYTES} bytes: send less")


def _unreadable(problem: str) -> MalformedRequestError:
    return MalformedRequestError(problem, field=protocol.FIELD)


def _requested_id(data: object) -> str | None:
    """Return the UUID that the call asks to be known by, so that even its refusal carries it."""
    named = data.get("requestId") if isinstance(data, dict) else None
    try:
        return str(uuid.UUID(named)) if isinstance(named, str) else None
    except ValueError:
        return None
