"""The callable protocol's bytes, without I/O.

Source: firebase.google.com/docs/functions/callable-reference, and what the JS SDK 12 and
firebase-functions for Node do where that page is silent (streams).
"""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from conteur.errors import Code, ConteurError, MalformedRequestError

STREAM = "text/event-stream"
# One line end: the Android SDK (22) takes an empty line for an event without content.
PING = b": ping\n"
FIELD = "data"

# Kept: `json.dumps` makes an encoder for each piece of a story.
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode

HTTP_STATUS = {
    Code.INVALID_ARGUMENT: 400,
    Code.UNAUTHENTICATED: 401,
    Code.PERMISSION_DENIED: 403,
    Code.NOT_FOUND: 404,
    Code.ALREADY_EXISTS: 409,
    Code.ABORTED: 409,
    Code.RESOURCE_EXHAUSTED: 429,
    Code.FAILED_PRECONDITION: 400,
    Code.DEADLINE_EXCEEDED: 504,
    Code.UNAVAILABLE: 503,
    Code.CANCELLED: 499,  # google.rpc.Code: "Client Closed Request"
    Code.INTERNAL: 500,
}


def wants_stream(accept: str) -> bool:
    """Tell whether the client's `Accept` asks for a stream, as `.stream()` does."""
    return STREAM in accept.lower()


def skips_comments(user_agent: str) -> bool:
    """Tell whether the client's SDK skips comment lines, as the event stream's standard says.

    The Apple SDK ends a stream at the first one (github.com/firebase/firebase-ios-sdk, issue
    16605, open in November 2026). It needs none: URLSession waits 60 s for the next byte.
    """
    return "CFNetwork" not in user_agent


def decode_body(method: str, content_type: str, body: bytes) -> object:
    """Return the call's `data` (`None` where it is null). Raises MalformedRequestError."""
    if method != "POST":
        raise _malformed(f"a call is a POST, not a {method}")
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise _malformed("a call's Content-Type is application/json")
    call = _decode_json(body)
    if not isinstance(call, dict) or FIELD not in call:
        raise _malformed('a call\'s body is an object with the member "data"')
    return call[FIELD]


def encode_message(message: Mapping[str, Any]) -> bytes:
    """Return the event of one chunk. Raises TypeError or ValueError for what is no JSON."""
    return _event({"message": message})


def encode_result(result: object, *, stream: bool) -> bytes:
    """Return a success as a terminal event, or as a whole body.

    Raises TypeError or ValueError for what is no JSON.
    """
    return _event({"result": result}) if stream else _json({"result": result})


def encode_error(error: ConteurError, request_id: str, *, stream: bool) -> bytes:
    """Return a failure as a terminal event, or as a whole body.

    Foreign text that is no Unicode (half a surrogate pair) is told as "?". Raises TypeError or
    ValueError for facts that are no JSON.
    """
    answer = {
        "error": {
            "status": error.code.value.upper().replace("-", "_"),
            "message": error.message,
            "details": {**error.details(), "requestId": request_id},
        }
    }
    return _event(answer, "replace") if stream else _json(answer, "replace")


def http_status(error: ConteurError | None) -> int:
    """Return the HTTP status of a whole answer."""
    return 200 if error is None else HTTP_STATUS[error.code]


def _decode_json(body: bytes) -> object:
    try:
        return json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise _malformed("the body is not JSON, or is nested too deep") from None


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError


def _malformed(problem: str) -> MalformedRequestError:
    return MalformedRequestError(
        f"{problem}: use the Firebase SDK's callables, or send what they send", field=FIELD
    )


def _json(value: object, not_unicode: str = "strict") -> bytes:
    return _encode(value).encode(errors=not_unicode)


def _event(value: object, not_unicode: str = "strict") -> bytes:
    return b"data: " + _json(value, not_unicode) + b"\n\n"
