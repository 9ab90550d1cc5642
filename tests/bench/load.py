"""The load: clients in a closed loop, each with one connection, and what they are answered.

All clients run in the calling thread, which shares its core with the services: an answer is read
while it comes only as far as its end and its first text are told, and judged after all are there.
"""

import asyncio
import json
import re
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from scripts.local.ports import HOST
from tests.bench.peers import Call

ANSWER_SECONDS = 60.0
HTTP_OK = 200
HEAD_END = b"\r\n\r\n"
CHUNKED = b"\r\ntransfer-encoding: chunked"
LAST_CHUNK = b"\r\n0\r\n\r\n"
AT_LAST_CHUNK, AT_CLOSE = -1, sys.maxsize
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)")
CLOSES = b"\r\nconnection: close"
FIRST_TEXT = re.compile(rb'data: ?\{"message": ?(?:\{[^\n]*?"text": ?)?"[^"]')
"""A stream's message that is a text, or has one, and not an empty one."""


class Listening(Protocol):
    """A server on a port of 127.0.0.1."""

    @property
    def port(self) -> int: ...


@dataclass(frozen=True)
class Answer:
    """What a call was answered: `status` is 0 where the connection broke or time was up.

    `ok` says that it is a whole story. The times run from the call's first byte, on a connection
    that is there; `first_ms`, of a stream only, is that of the story's first text.
    """

    status: int
    ok: bool
    first_ms: float | None
    total_ms: float


def call(server: Listening, request: Call) -> Answer:
    """Make one call on a connection of its own."""
    return calls(server, [request], at_once=1)[0]


def calls(server: Listening, requests: Sequence[Call], at_once: int) -> list[Answer]:
    """Make the calls in their order, each client its next one when it has its answer."""
    exchanges = asyncio.run(_exchanges(server.port, requests, at_once))
    return [exchange.judged(request) for exchange, request in zip(exchanges, requests, strict=True)]


@dataclass
class Exchange:
    """The bytes of one answer, and when they came."""

    began: float
    received: bytearray
    first_text: float | None = None
    ended: float = 0.0

    def judged(self, request: Call) -> Answer:
        """Return what the answer is worth."""
        head, _, body = bytes(self.received).partition(HEAD_END)
        status = int(head.split(b" ", 2)[1]) if self.ended and head else 0
        if CHUNKED in head.lower():
            body = _unchunked(body)
        first = None if self.first_text is None else 1000 * (self.first_text - self.began)
        return Answer(
            status=status,
            ok=status == HTTP_OK and _is_right(request, body),
            first_ms=first,
            total_ms=1000 * ((self.ended or time.perf_counter()) - self.began),
        )


class Client(asyncio.Protocol):
    """One connection, on which one call is made after the other."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport
        self._exchange: Exchange
        self._answered: asyncio.Future[None] | None = None
        self._streamed = False
        self._end = 0  # after how many bytes, or AT_...; 0 while its head is not there

    @property
    def is_closed(self) -> bool:
        """Whether another call takes another connection."""
        return self._transport.is_closing()

    def close(self) -> None:
        """Hang up."""
        self._transport.close()

    async def exchange(self, request: Call) -> Exchange:
        """Send a request and return what was answered when it is there or time is up."""
        self._answered = asyncio.get_running_loop().create_future()
        self._streamed, self._end = request.streamed, 0
        self._exchange = Exchange(time.perf_counter(), bytearray())
        self._transport.write(request.request)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._answered
        except TimeoutError:
            self.close()
        return self._exchange

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Note when the first text came, and the end."""
        exchange = self._exchange
        exchange.received += data
        if self._streamed and exchange.first_text is None and FIRST_TEXT.search(exchange.received):
            exchange.first_text = time.perf_counter()
        self._end = self._end or _end(exchange.received)
        if self._end == AT_LAST_CHUNK:
            over = exchange.received.endswith(LAST_CHUNK)
        else:
            over = 0 < self._end <= len(exchange.received)
        if over:
            self._finish()

    def connection_lost(self, _reason: Exception | None) -> None:
        """Take what is there: an answer without a length ends so."""
        if self._answered is not None and not self._answered.done():
            if self._end == AT_CLOSE:
                self._exchange.ended = time.perf_counter()
            self._answered.set_result(None)

    def _finish(self) -> None:
        self._exchange.ended = time.perf_counter()
        if CLOSES in bytes(self._exchange.received[:1000]).lower():
            self._transport.close()
        if self._answered is not None:
            self._answered.set_result(None)


async def _exchanges(port: int, requests: Sequence[Call], at_once: int) -> list[Exchange]:
    exchanges: dict[int, Exchange] = {}
    numbered = iter(enumerate(requests))
    async with asyncio.TaskGroup() as clients:
        for _ in range(min(at_once, len(requests))):
            clients.create_task(_work(port, numbered, exchanges))
    return [exchanges[number] for number in range(len(requests))]


async def _work(
    port: int, numbered: Iterator[tuple[int, Call]], exchanges: dict[int, Exchange]
) -> None:
    """Make calls until none is left."""
    client: Client | None = None
    loop = asyncio.get_running_loop()
    for number, request in numbered:
        if client is None or client.is_closed:
            _, client = await loop.create_connection(Client, HOST, port)
        exchanges[number] = await client.exchange(request)
    if client is not None:
        client.close()


def _end(received: bytearray) -> int:
    head, blank_line, _ = bytes(received).partition(HEAD_END)
    if not blank_line:
        return 0
    if CHUNKED in head.lower():
        return AT_LAST_CHUNK
    length = LENGTH.search(head.lower())
    return AT_CLOSE if length is None else len(head) + len(HEAD_END) + int(length[1])


def _unchunked(body: bytes) -> bytes:
    pieces = []
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        pieces.append(rest[:length])
        body = rest[length + 2 :]
    return b"".join(pieces)


def _is_right(request: Call, body: bytes) -> bool:
    """Tell whether the answer is the right one, a stream's by its last event."""
    try:
        if request.streamed:
            body = body.strip().rpartition(b"\n")[2].removeprefix(b"data:")
        return request.is_right(json.loads(body))
    except (ValueError, LookupError, TypeError):
        return False
