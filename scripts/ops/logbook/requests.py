"""What Cloud Run itself logs of each request, beside what the function logs.

It is an entry without a payload, of WARNING where the answer was 4xx, and ERROR where it was 5xx.
https://cloud.google.com/run/docs/logging#request-logs
https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#HttpRequest
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

REQUESTS = "run.googleapis.com/requests"
"""The name of its log."""


def told_of(request: Mapping[str, Any]) -> str:
    """Return what was asked and answered: `POST /api/stories 503 ms=312`; empty of none.

    What follows the path is left out: anyone may have put anything there.
    """
    return " ".join(_parts(request))


def _parts(request: Mapping[str, Any]) -> Iterator[str]:
    yield from (str(request[name]) for name in ("requestMethod",) if name in request)
    if "requestUrl" in request:
        yield _path(str(request["requestUrl"]))
    if "status" in request:
        yield str(request["status"])
    if (ms := _milliseconds(str(request.get("latency", "")))) is not None:
        yield f"ms={ms}"


def _path(url: str) -> str:
    try:
        return urlsplit(url).path or "/"
    except ValueError:  # brackets that are no IPv6 address
        return "/"


def _milliseconds(latency: str) -> int | None:
    """Return a duration of protobuf's JSON, such as `0.312s`."""
    try:
        seconds = float(latency.removesuffix("s"))
    except ValueError:
        return None
    return round(seconds * 1000) if math.isfinite(seconds) else None
