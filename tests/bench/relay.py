"""A relay that makes round trips longer and counts gRPC calls, as a process of its own.

It delays bytes and does not slow them: each goes on half a round trip after it came, in order.
"""

import argparse
import asyncio
import functools
import json
import sys
from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import cast

from google.cloud.firestore_v1.types import firestore

from scripts.local.ports import HOST
from tests.bench.grpc_calls import GrpcCalls

FIRESTORE = "/google.firestore.v1.Firestore/"
END = b""  # of what a connection sends
WRITES, READS = "writes", "reads"
COMMITS = {
    f"{FIRESTORE}Commit": firestore.CommitRequest.pb(),
    f"{FIRESTORE}BatchWrite": firestore.BatchWriteRequest.pb(),
    f"{FIRESTORE}Write": firestore.WriteRequest.pb(),
}
GETS = f"{FIRESTORE}BatchGetDocuments"
QUERIES = {
    f"{FIRESTORE}{name}"
    for name in ("GetDocument", "RunQuery", "RunAggregationQuery", "ListDocuments")
}

Look = Callable[[bytes], None]
"""Sees what a client sends."""


class Tally:
    """Calls by path, and the documents that are written and asked for.

    A query counts as one document, the least that Firestore charges for it.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def calls(self) -> GrpcCalls:
        """Return a reader for a new connection."""
        return GrpcCalls(self._call, self._message)

    def _call(self, path: str) -> None:
        self.counts[path] += 1
        self.counts[READS] += path in QUERIES

    def _message(self, path: str, message: bytes) -> None:
        if path in COMMITS:
            self.counts[WRITES] += len(COMMITS[path].FromString(message).writes)
        elif path == GETS:
            asked = firestore.BatchGetDocumentsRequest.pb().FromString(message)
            self.counts[READS] += len(asked.documents)


class Leg(asyncio.Protocol):
    """One end of a relayed connection: hands what it receives on to the other end, later."""

    def __init__(
        self, seconds: float, loop: asyncio.AbstractEventLoop, look: Look | None = None
    ) -> None:
        self.transport: asyncio.Transport
        self.other: Leg
        self._seconds, self._loop, self._look = seconds, loop, look
        self._waiting: deque[tuple[float, bytes]] = deque()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self.transport = cast("asyncio.Transport", transport)

    def connection_lost(self, _reason: Exception | None) -> None:
        """Let the other end close too, after what has come before."""
        self._hold(END)

    def data_received(self, data: bytes) -> None:
        """Look at what came, and hold it."""
        if self._look is not None:
            self._look(data)
        self._hold(data)

    def _hold(self, data: bytes) -> None:
        due = self._loop.time() + self._seconds
        self._waiting.append((due, data))
        if len(self._waiting) == 1:
            self._loop.call_at(due, self._release)

    def _release(self) -> None:
        """Hand on all that is due; one timer waits for the first that is not."""
        now = self._loop.time()
        while self._waiting and self._waiting[0][0] <= now:
            _, data = self._waiting.popleft()
            self.other.transport.write(data) if data else self.other.transport.close()
        if self._waiting:
            self._loop.call_at(self._waiting[0][0], self._release)


class ClientLeg(Leg):
    """The client's end, which connects to the target."""

    def __init__(self, target: int, seconds: float, tally: Tally) -> None:
        super().__init__(seconds, asyncio.get_running_loop(), tally.calls().feed)
        self._target = target

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Read nothing until the target is reached."""
        super().connection_made(transport)
        self.transport.pause_reading()
        self._connecting = self._loop.create_task(self._connect())

    async def _connect(self) -> None:
        self.other = Leg(self._seconds, self._loop)
        self.other.other = self
        await self._loop.create_connection(lambda: self.other, HOST, self._target)
        self.transport.resume_reading()


async def serve(routes: Sequence[tuple[int, int]], control: int, seconds: float) -> None:
    """Relay each (port, target) of 127.0.0.1 until the process ends; `control` tells the counts."""
    tally, loop = Tally(), asyncio.get_running_loop()

    async def tell(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.0 200 OK\r\n\r\n" + json.dumps(tally.counts).encode())
        writer.close()

    await asyncio.start_server(tell, HOST, control)
    for port, target in routes:
        await loop.create_server(functools.partial(ClientLeg, target, seconds, tally), HOST, port)
    await loop.create_future()


def main(arguments: Sequence[str]) -> None:
    """Run the process."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.relay", description=__doc__)
    parser.add_argument("--control", type=int, required=True, metavar="PORT")
    parser.add_argument("--round-trip-ms", type=float, default=0.0)
    parser.add_argument("routes", type=_route, nargs="+", metavar="PORT:TARGET")
    options = parser.parse_args(arguments)
    each_way = options.round_trip_ms / 2 / 1000
    asyncio.run(serve(options.routes, options.control, each_way))


def _route(text: str) -> tuple[int, int]:
    port, _, target = text.partition(":")
    return int(port), int(target)


if __name__ == "__main__":
    main(sys.argv[1:])
