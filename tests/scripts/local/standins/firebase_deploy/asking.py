"""A client of REST stand-ins, as small as can be."""

import json
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from scripts.local.standins.google_rest.frame import RestStandIn, serve

Json = dict[str, Any]


def ask(
    service: RestStandIn, method: str, path: str, body: Json | bytes = b""
) -> tuple[HTTPStatus, Json]:
    """Send one request to a service that is served for it alone; return status and answer."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    with serve(service) as url:
        connection = HTTPConnection(urlsplit(url).netloc, timeout=10)
        connection.request(method, f"/{service.host}{path}", data)
        reply = connection.getresponse()
        answer: Json = json.loads(reply.read())
        connection.close()
    return HTTPStatus(reply.status), answer


def refusal(service: RestStandIn, method: str, path: str, body: Json | bytes = b"") -> str:
    """Return the message of an error, which the answer must be."""
    status, answer = ask(service, method, path, body)
    assert status >= HTTPStatus.BAD_REQUEST, answer
    message: str = answer["error"]["message"]
    return message
