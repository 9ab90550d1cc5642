"""The body of a request: read within bounds, and decoded without surprises."""

import json
import math
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NoReturn

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wsgi import get_input_stream

from conteur.entrypoints.callable.exchange import MAX_DRAINED_BYTES, PIECE_BYTES
from conteur.errors import (
    BodyTooLargeError,
    ConteurError,
    MalformedRequestError,
    UnsupportedMediaTypeError,
)
from conteur.telemetry.context import Headers

MAX_BODY_BYTES = 65_536
MAX_DEPTH = 20
MAX_DIGITS = 20

_JSON_IN_UTF8 = re.compile(
    r"application/json[ \t]*(?:;[ \t]*charset=(?:utf-8|\"utf-8\")[ \t]*)?", re.IGNORECASE | re.ASCII
)
_UNFIT = re.compile("[\x00\ud800-\udfff]")


def read_body(request: Request) -> bytes | ConteurError:
    """Return the body, or what is wrong with it; all of it is read, for the connection's next."""
    # A body without a length is cut off there, in silence: one byte more tells that it was.
    request.max_content_length = MAX_BODY_BYTES + 1
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        return _too_large(request)
    except Exception:  # noqa: BLE001 - whatever a server raises for what is no body
        return _broken_off()
    if len(body) > MAX_BODY_BYTES:
        return _too_large(request)
    return _broken_off() if len(body) < (request.content_length or 0) else body


def drain(request: Request) -> None:
    """Read a body that nobody looks at."""
    with suppress(Exception):  # likewise
        stream = get_input_stream(request.environ, max_content_length=MAX_DRAINED_BYTES)
        for _ in range(MAX_DRAINED_BYTES // PIECE_BYTES):
            if not stream.read(PIECE_BYTES):
                break


def check_media(headers: Headers, *, has_body: bool) -> None:
    """Raise UnsupportedMediaTypeError where the headers say that the body is no JSON in UTF-8.

    Where there is no body, nothing need be said of it.
    """
    if headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise UnsupportedMediaTypeError("Content-Encoding is not supported: send plain JSON")
    media = headers.get("Content-Type", "").strip()
    if (has_body or media) and not _JSON_IN_UTF8.fullmatch(media):
        raise UnsupportedMediaTypeError("the Content-Type must be application/json, in utf-8")


def decode(body: bytes) -> dict[str, Any]:
    """Return the object that the body is; no body is an empty one. Raises MalformedRequestError.

    Refused is what two readers could take for two things, or what the database cannot hold:
    a byte-order mark, a name twice, NaN, numbers beyond a double, NUL, half of a surrogate pair.
    """
    if not body:
        return {}
    try:
        value = json.loads(
            body.decode(),
            object_pairs_hook=_object,
            parse_constant=_refuse,
            parse_int=_integer,
            parse_float=_float,
        )
    except (ValueError, RecursionError):
        raise _malformed("is not JSON in UTF-8, or names a member twice") from None
    if not isinstance(value, dict):
        raise _malformed("must be an object")
    for each, depth in _walk(value):
        _check(each, depth)
    return value


def _check(value: object, depth: int) -> None:
    if depth > MAX_DEPTH and isinstance(value, dict | list):
        raise _malformed(f"is nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, str) and _UNFIT.search(value):
        raise _malformed("has NUL, or half of a surrogate pair")


def _walk(value: object) -> Iterator[tuple[object, int]]:
    waiting = [(value, 1)]
    while waiting:
        each, depth = waiting.pop()
        yield each, depth
        if isinstance(each, dict):
            waiting += [(part, depth + 1) for part in each.values()]
            yield from ((name, depth) for name in each)
        elif isinstance(each, list):
            waiting += [(part, depth + 1) for part in each]


def _object(members: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(members)
    if len(value) < len(members):
        raise ValueError
    return value


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError
    return value


def _refuse(_name: str) -> NoReturn:
    raise ValueError


def _too_large(request: Request) -> BodyTooLargeError:
    drain(request)
    return BodyTooLargeError(f"the body is larger than {MAX_BODY_BYTES:,} bytes: send less")


def _broken_off() -> MalformedRequestError:
    return _malformed("did not arrive whole: send the request again")


def _malformed(problem: str) -> MalformedRequestError:
    return MalformedRequestError(f"the body {problem}")
