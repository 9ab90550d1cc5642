"""One attempt at a story whose client leaves, over plain sockets and over TLS."""

import socket
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import httpx2
import pytest

from conteur.adapters.api_key import ApiKey
from conteur.adapters.openai_api.bounds import AttemptBounds
from conteur.adapters.openai_api.chat import ChatDialect
from conteur.adapters.openai_api.sdk import OpenAISdk
from conteur.adapters.openai_api.transport import BoundedTransport, bounded_by
from conteur.domain.deadline import Deadline
from conteur.domain.model_events import Finished, TextDelta
from conteur.errors import ClientGoneError
from tests.adapters.conftest import AMPLE, CLOCK, FOREVER, MakeTeller, Teller, Telling
from tests.adapters.events import STORY, chat_chunk
from tests.adapters.fake_secrets import FakeSecrets
from tests.adapters.scripted_server import (
    PATIENCE,
    Reply,
    ScriptedServer,
    answer,
    open_stream,
    silence,
    stream,
    then,
)
from tests.adapters.tls import TlsPair
from tests.fakes import FakeClock

GONE = "the client has left, so the story was given up: send the same request again to have it told"
# Longer than the server's patience: where nothing cuts the wait, the server gives up first.
ENDLESS = replace(AMPLE, first_token=2 * PATIENCE, idle=2 * PATIENCE)


@pytest.fixture(scope="module")
def ssl_context(tls: TlsPair) -> ssl.SSLContext:
    return tls.client


@pytest.fixture(params=["plain", "tls"])
def server(request: pytest.FixtureRequest, tls: TlsPair) -> Iterator[ScriptedServer]:
    context = tls.server if request.param == "tls" else None
    with ScriptedServer(tls=context).serve() as served:
        yield served


def sending(data: bytes) -> Reply:
    return lambda line: line.sendall(data)


def leaves(teller: Teller) -> Reply:
    """Have the client leave now."""
    return lambda _line: teller.cancellation.cancel()


def gives_up(teller: Teller) -> bool:
    error = teller.fails()
    return isinstance(error, ClientGoneError) and error.message == GONE


@pytest.mark.parametrize(
    "begun",
    [
        sending(b""),
        sending(b"HTTP/1.1 200 OK\r\nContent-"),
        open_stream(),
        open_stream(chat_chunk("Once")),
        open_stream(chat_chunk("Once")[:20]),
        sending(b"HTTP/1.1 200 OK\r\n\r\n" + chat_chunk("Once")),
        sending(b'HTTP/1.1 500 x\r\nContent-Length: 100\r\n\r\n{"error":'),
    ],
    ids=["first byte", "headers", "token", "delta", "event", "unframed body", "refusal"],
)
def test_a_wait_for_the_server_ends_when_the_client_leaves(
    server: ScriptedServer, telling: Telling, begun: Reply
) -> None:
    """Whatever is waited for, the connection is closed at once and nothing is sent again."""
    teller = telling(ENDLESS)
    server.will(then(begun, leaves(teller), silence))
    assert gives_up(teller)
    assert server.hung_up.wait(PATIENCE)
    assert len(server.received) == 1


def test_a_cancelled_connection_is_not_used_again(server: ScriptedServer, telling: Telling) -> None:
    """The next story has a connection of its own."""
    leaving = telling(ENDLESS)
    server.will(then(open_stream(chat_chunk("Once")), leaves(leaving), silence), stream(*STORY))
    assert gives_up(leaving)
    next_one = telling()
    next_one.tell()
    assert next_one.text == "Once upon"
    assert server.connections == 2


def test_a_client_who_left_before_costs_nothing(
    server: ScriptedServer, telling: Telling, secrets: FakeSecrets
) -> None:
    """Neither the key nor the server is asked for one who is gone already."""
    teller = telling()
    teller.cancellation.cancel()
    assert gives_up(teller)
    assert server.connections == 0
    assert secrets.reads == []


def test_a_client_who_leaves_between_deltas_hears_no_other(
    server: ScriptedServer, telling: Telling
) -> None:
    """Text that has come already is not told to one who left while an earlier one was used."""
    teller = telling()
    server.will(stream(b"".join(STORY)))
    story = teller.story(Deadline(CLOCK.monotonic() + FOREVER))
    next(story)
    teller.cancellation.cancel()
    with pytest.raises(ClientGoneError):
        next(story)
    assert server.hung_up.wait(PATIENCE)


def test_a_client_who_leaves_during_the_key_s_read_sends_nothing(
    server: ScriptedServer, telling: Telling, secrets: FakeSecrets
) -> None:
    """The read of the key ends within its own limit, and no request follows."""
    teller = telling()
    secrets.on_read = teller.cancellation.cancel
    assert gives_up(teller)
    assert server.connections == 0


def test_a_refused_request_is_not_sent_again_for_one_who_left(
    server: ScriptedServer, telling: Telling, key: ApiKey, secrets: FakeSecrets, clock: FakeClock
) -> None:
    """A newer key is of no use any more to one who left while it was read."""
    teller = telling()
    key.get(PATIENCE)
    clock.advance(30)
    secrets.values.append("newer-test-key")
    secrets.on_read = teller.cancellation.cancel
    server.will(answer(401, {}), stream(*STORY))
    assert gives_up(teller)
    assert len(server.received) == 1


def test_a_client_who_leaves_a_whole_story_costs_nothing(
    server: ScriptedServer, telling: Telling
) -> None:
    """Once the story is whole its connection is the pool's, and serves the next one."""
    leaving = telling()
    server.will(stream(*STORY), stream(*STORY))
    for heard in leaving.story(Deadline(CLOCK.monotonic() + FOREVER)):
        if isinstance(heard, Finished):
            leaving.cancellation.cancel()
    telling().tell()
    assert server.connections == 1


def test_an_ended_attempt_spares_the_connection_that_it_had(
    server: ScriptedServer, ssl_context: ssl.SSLContext
) -> None:
    """A connection that already serves the next attempt is not cut for the one before."""
    earlier, later = bounds(), bounds()
    cut = then(open_stream(b"Once "), lambda _line: earlier.scope.cancel())
    server.will(answer(200, {}), then(cut, sending(b"4\r\nupon\r\n0\r\n\r\n")))
    with httpx2.Client(transport=BoundedTransport(ssl_context)) as http:
        with bounded_by(earlier):
            http.post(server.url, json={})
        with bounded_by(later):
            assert http.post(server.url, json={}).content == b"Once upon"
    assert server.connections == 1


def test_a_closed_story_hears_no_more_of_its_client(
    server: ScriptedServer, telling: Telling
) -> None:
    """A listener that stops early leaves nothing behind that would be called."""
    teller = telling()
    server.will(then(open_stream(chat_chunk("Once")), silence))
    story = teller.story(Deadline(CLOCK.monotonic() + FOREVER))
    assert next(story) == TextDelta("Once")
    assert len(teller.cancellation.actions) == 1
    story.close()
    assert teller.cancellation.actions == []


def test_a_handshake_ends_when_the_client_leaves(key: ApiKey, tls: TlsPair) -> None:
    """A server that accepts and never answers the TLS greeting is left at once."""
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as executor:
        url = f"https://127.0.0.1:{listener.getsockname()[1]}/v1"
        with closing(OpenAISdk(url, tls.client, CLOCK)) as sdk:
            teller = MakeTeller(sdk, key)(ChatDialect(), replace(ENDLESS, connect=2 * PATIENCE))
            end = executor.submit(greeted, listener, teller)
            assert gives_up(teller)
            assert end.result(PATIENCE) == b""


def greeted(listener: socket.socket, teller: Teller) -> bytes:
    """Return what comes after a client's greeting, once it has left."""
    line, _address = listener.accept()
    with line:
        line.settimeout(PATIENCE)
        line.recv(65536)
        teller.cancellation.cancel()
        return line.recv(1)


def bounds() -> AttemptBounds:
    return AttemptBounds(ENDLESS, Deadline(CLOCK.monotonic() + FOREVER), CLOCK)
