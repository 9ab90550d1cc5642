"""Bodies that are too large, too slow or broken."""

import http.client
import json
import select
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.clients.backends import Gunicorn
from tests.serving.conftest import Serve

pytestmark = pytest.mark.server

SMALL: dict[str, object] = {"data": {}}
JSON = {"Content-Type": "application/json"}
STREAM = {**JSON, "Accept": "text/event-stream"}


@pytest.fixture(scope="module")
def backend(serve: Serve) -> Iterator[Gunicorn]:
    with serve() as served:
        yield served


@pytest.mark.parametrize("size", [1_100_000, 8_000_000])
@pytest.mark.parametrize("headers", [JSON, STREAM])
def test_the_next_call_is_not_harmed(backend: Gunicorn, size: int, headers: dict[str, str]) -> None:
    """A body that is too large is refused, and the next call on its connection is answered."""
    connection = http.client.HTTPConnection(urlsplit(backend.url).netloc, timeout=20)
    refusal = _post(connection, {"data": "x" * size}, headers)
    answer = _post(connection, SMALL, headers)
    connection.close()
    assert "MALFORMED_JSON" in refusal
    assert "NO_TOKEN" in answer


@pytest.mark.parametrize("headers", [JSON, STREAM])
def test_a_malformed_chunk(backend: Gunicorn, headers: dict[str, str]) -> None:
    """A body that is not what its encoding says is refused like every other bad body."""
    connection = http.client.HTTPConnection(urlsplit(backend.url).netloc, timeout=20)
    connection.putrequest("POST", "/")
    for name, value in {**headers, "Transfer-Encoding": "chunked"}.items():
        connection.putheader(name, value)
    connection.endheaders(b"zz\r\n")
    answer = connection.getresponse().read().decode()
    connection.close()
    assert "MALFORMED_JSON" in answer


def test_a_body_that_drips_frees_its_thread(backend: Gunicorn) -> None:
    """A client that sends a byte now and then is answered in the end, and holds no thread more."""
    connection = http.client.HTTPConnection(urlsplit(backend.url).netloc, timeout=30)
    connection.putrequest("POST", "/")
    for name, value in {**JSON, "Content-Length": "9999"}.items():
        connection.putheader(name, value)
    connection.endheaders()
    while not select.select([connection.sock], [], [], 1.0)[0]:
        connection.send(b" ")
    answer = connection.getresponse().read().decode()
    connection.close()
    assert "did not arrive whole" in answer


def _post(
    connection: http.client.HTTPConnection, body: dict[str, object], headers: dict[str, str]
) -> str:
    connection.request("POST", "/", json.dumps(body), headers)
    return connection.getresponse().read().decode()
