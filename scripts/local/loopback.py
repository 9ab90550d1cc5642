"""HTTP to this machine's own servers, past any proxy that the environment names."""

from http.client import HTTPResponse
from urllib.request import ProxyHandler, Request, build_opener


def open_local(url: str, seconds: float, json_body: bytes | None = None) -> HTTPResponse:
    """GET an `http://` address, or POST a body to it. Raises OSError, also for a refusal."""
    headers = {} if json_body is None else {"Content-Type": "application/json"}
    request = Request(url, json_body, headers)  # noqa: S310 - our own loopback address
    reply: HTTPResponse = build_opener(ProxyHandler({})).open(request, timeout=seconds)
    return reply
