"""A model that keeps a pace, and fails where the prompt says so."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from http import HTTPStatus

from scripts.local.ports import HOST
from tests.bench.upstream import stream

WAY = re.compile(r"Tell it (\w+): [0-9a-f-]{36}")
WELL, LIMITED, DOWN, CUT, RECOVERING = "well", "limited", "down", "cut", "recovering"
REFUSALS = {
    LIMITED: HTTPStatus.TOO_MANY_REQUESTS,
    DOWN: HTTPStatus.INTERNAL_SERVER_ERROR,
    RECOVERING: HTTPStatus.INTERNAL_SERVER_ERROR,
}
TOKENS_BEFORE_CUT = 10
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
ERROR = json.dumps({"error": {"message": "failed on purpose", "type": "test", "code": None}})


class FailingModel:
    """Tells stories of `tokens`, the first one after `first` seconds and each next after `gap`.

    `asked` counts its requests; `quiet` is set while it tells no story.
    """

    def __init__(self, first: float, gap: float, tokens: int) -> None:
        self._first, self._gap, self._tokens = first, gap, tokens
        self.asked = 0
        self.quiet = asyncio.Event()
        self._telling = 0
        self._talks: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._refused: set[str] = set()

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        """Serve until the block ends, and give the base URL."""
        server = await asyncio.start_server(self._converse, HOST, 0, backlog=200)
        async with server:
            yield f"http://{HOST}:{server.sockets[0].getsockname()[1]}/v1"
            for writer in self._talks.values():
                writer.close()
            await asyncio.gather(*self._talks)

    def way(self, prompt: str) -> str:
        """Return how to answer a prompt; one that recovers is refused once."""
        found = WAY.search(prompt)
        if found is None or (found[1] == RECOVERING and found[0] in self._refused):
            return WELL
        if found[1] == RECOVERING:
            self._refused.add(found[0])
        return found[1]

    def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.create_task(self._talk(reader, writer))
        self._talks[talk] = writer
        talk.add_done_callback(self._talks.pop)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request after the other, as long as the client keeps the connection."""
        with suppress(OSError, asyncio.IncompleteReadError), closing(writer):
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                length = LENGTH.search(head)
                body = await reader.readexactly(int(length[1]) if length else 0)
                await self._answer(json.loads(body)["messages"][-1]["content"], writer)

    async def _answer(self, prompt: str, writer: asyncio.StreamWriter) -> None:
        self.asked += 1
        way = self.way(prompt)
        if way in REFUSALS:
            status = REFUSALS[way]
            head = f"HTTP/1.1 {status} {status.phrase}\r\nContent-Type: application/json\r\n"
            writer.write(f"{head}Content-Length: {len(ERROR)}\r\n\r\n{ERROR}".encode())
            return
        self._telling += 1
        self.quiet.clear()
        try:
            await self._tell(writer, TOKENS_BEFORE_CUT if way == CUT else self._tokens)
        finally:
            self._telling -= 1
            if not self._telling:
                self.quiet.set()
        if way == CUT:
            writer.close()

    async def _tell(self, writer: asyncio.StreamWriter, tokens: int) -> None:
        """Send the first tokens, each at its own time, however late the one before was."""
        loop = asyncio.get_running_loop()
        due = loop.time() + self._first
        for event in stream(self._tokens, usage=True)[:tokens]:
            if (wait := due - loop.time()) > 0:
                await asyncio.sleep(wait)
            writer.write(event)
            await writer.drain()
            due += self._gap
