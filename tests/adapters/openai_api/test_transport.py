"""HTTP whose every wait is bounded."""

import socket
import ssl
from collections.abc import Iterator

import httpx2
import pytest

from conteur.adapters.openai_api.bounds import AttemptBounds, ModelLimits
from conteur.adapters.openai_api.transport import BoundedTransport, bounded_by
from conteur.domain.deadline import Deadline
from conteur.errors import DeadlineError, OpenAIError, Phase
from tests.adapters.conftest import CLOCK
from tests.adapters.scripted_server import PATIENCE, ScriptedServer, answer


@pytest.fixture
def http(ssl_context: ssl.SSLContext) -> Iterator[httpx2.Client]:
    with httpx2.Client(transport=BoundedTransport(ssl_context)) as client:
        yield client


def bounds(connect: float = PATIENCE) -> AttemptBounds:
    deadline = Deadline(CLOCK.monotonic() + PATIENCE)
    return AttemptBounds(ModelLimits(connect=connect), deadline, CLOCK)


def test_a_name_is_looked_up(server: ScriptedServer, http: httpx2.Client) -> None:
    """A server is reached by its name, at whichever of its addresses answers."""
    server.will(answer(200, {"told": True}))
    with bounded_by(bounds()):
        reply = http.post(server.url.replace("127.0.0.1", "localhost"), json={})
    assert reply.json() == {"told": True}


def test_a_server_that_accepts_nobody_is_the_network_s_fault(http: httpx2.Client) -> None:
    """A connection that is never accepted ends in phase connect."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(2)]
        for caller in waiting:
            caller.settimeout(0)
            caller.connect_ex(address)
        with pytest.raises(DeadlineError) as caught, bounded_by(bounds(connect=0.1)):
            http.get(f"http://127.0.0.1:{address[1]}")
        for caller in waiting:
            caller.close()
    assert caught.value.facts["phase"] == Phase.CONNECT
    assert caught.value.facts["cause"] == "network"


def test_a_server_that_speaks_no_tls_is_an_outage(
    server: ScriptedServer, http: httpx2.Client
) -> None:
    """A failed handshake is an outage that names what failed."""
    with pytest.raises(OpenAIError, match="SSL"), bounded_by(bounds()):
        http.get(server.url.replace("http:", "https:"))
