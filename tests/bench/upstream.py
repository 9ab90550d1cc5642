"""A model behind OpenAI's Chat Completions API that keeps a set pace, as a process of its own.

Its chunks have the form of
https://platform.openai.com/docs/api-reference/chat-streaming and are made before they are asked
for, as the process shares a core with the load.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, cast

from scripts.local.ports import HOST
from tests.bench.story import pieces

MODEL = "bench-model"
COMPLETIONS, PACE, COUNT = "/v1/chat/completions", "/pace", "/count"
PROMPT_TOKENS = 600
CREATED = 1_795_000_000
HEAD = b"HTTP/1.1 %d %s\r\nContent-Type: %s\r\n"
STREAM_HEAD = HEAD % (200, b"OK", b"text/event-stream; charset=utf-8")
STREAM_HEAD += b"Transfer-Encoding: chunked\r\n\r\n"
LAST_HTTP_CHUNK = b"0\r\n\r\n"


class Model:
    """The pace, changed by any connection, and how many stories were asked for."""

    def __init__(self) -> None:
        self.first = self.gap = 0.0
        self.tokens = 40
        self.asked = 0

    def set_pace(self, pace: dict[str, Any]) -> None:
        """Take a pace as services.Pace has it."""
        self.first, self.gap = pace["first_ms"] / 1000, pace["gap_ms"] / 1000
        self.tokens = pace["tokens"]


class Connection(asyncio.Protocol):
    """Answers one request after the other, as long as the client keeps the connection."""

    def __init__(self, model: Model, loop: asyncio.AbstractEventLoop) -> None:
        self._model, self._loop = model, loop
        self._received = bytearray()
        self._timer: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, _reason: Exception | None) -> None:
        """Stop telling."""
        if self._timer is not None:
            self._timer.cancel()

    def data_received(self, data: bytes) -> None:
        """Answer what has arrived whole."""
        self._received += data
        head, blank_line, body = bytes(self._received).partition(b"\r\n\r\n")
        if not blank_line or len(body) < _content_length(head):
            return
        self._received.clear()
        path = head.split(b" ", 2)[1].decode()
        if path == COMPLETIONS:
            self._tell(json.loads(body))
        elif path == PACE:
            self._model.set_pace(json.loads(body))
            self._answer({})
        elif path == COUNT:
            self._answer(self._model.asked)
        else:
            self._answer({"error": {"message": f"Unknown path {path}"}}, 404, b"Not Found")

    def _tell(self, request: dict[str, Any]) -> None:
        model = self._model
        model.asked += 1
        begins = self._loop.time() + model.first
        if not request.get("stream"):
            ends = begins + model.gap * (model.tokens - 1)
            self._timer = self._loop.call_at(ends, self._answer, completion(model.tokens))
            return
        usage = bool((request.get("stream_options") or {}).get("include_usage"))
        events = stream(model.tokens, usage=usage)
        if model.gap:
            self._timer = self._loop.call_at(begins, self._send, events, 0, begins, model.gap)
        else:
            self._timer = self._loop.call_at(begins, self._transport.write, b"".join(events))

    def _send(self, events: Sequence[bytes], number: int, begins: float, gap: float) -> None:
        """Send one event, and each later one at its own time, however late this one was."""
        self._transport.write(events[number])
        if (after := number + 1) < len(events):
            at = begins + gap * after
            self._timer = self._loop.call_at(at, self._send, events, after, begins, gap)

    def _answer(self, answer: object, status: int = 200, reason: bytes = b"OK") -> None:
        body = json.dumps(answer).encode()
        head = HEAD % (status, reason, b"application/json")
        self._transport.write(b"%sContent-Length: %d\r\n\r\n%s" % (head, len(body), body))


@lru_cache
def stream(tokens: int, *, usage: bool) -> tuple[bytes, ...]:
    """Return what is sent at each token of a streamed answer, in HTTP's chunks."""
    deltas: list[dict[str, Any]] = [{"content": piece} for piece in pieces(tokens)]
    first = {"role": "assistant", "content": "", "refusal": None}
    sent = [_chunk([_choice(delta)], usage=usage) for delta in deltas]
    sent[0] = STREAM_HEAD + _chunk([_choice(first)], usage=usage) + sent[0]
    sent[-1] += _chunk([_choice({}, "stop")], usage=usage)
    sent[-1] += _chunk([], usage=usage, used=_usage(tokens)) if usage else b""
    sent[-1] += _http_chunk(b"data: [DONE]\n\n") + LAST_HTTP_CHUNK
    return tuple(sent)


@lru_cache
def completion(tokens: int) -> dict[str, Any]:
    """Return an answer that is not streamed."""
    message = {"role": "assistant", "content": "".join(pieces(tokens)), "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return {**_common("chat.completion"), "choices": [choice], "usage": _usage(tokens)}


def _chunk(
    choices: list[dict[str, Any]], *, usage: bool, used: dict[str, int] | None = None
) -> bytes:
    chunk = {**_common("chat.completion.chunk"), "choices": choices}
    chunk |= {"usage": used} if usage else {}
    return _http_chunk(b"data: " + json.dumps(chunk, separators=(",", ":")).encode() + b"\n\n")


def _choice(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}


def _common(kind: str) -> dict[str, Any]:
    return {
        "id": "chatcmpl-CdTbench0000000000000000000000",
        "object": kind,
        "created": CREATED,
        "model": MODEL,
        "service_tier": "default",
        "system_fingerprint": None,
    }


def _usage(tokens: int) -> dict[str, int]:
    return {
        "prompt_tokens": PROMPT_TOKENS,
        "completion_tokens": tokens,
        "total_tokens": PROMPT_TOKENS + tokens,
    }


def _http_chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def _content_length(head: bytes) -> int:
    _, name, value = head.lower().partition(b"\r\ncontent-length:")
    return int(value.split(b"\r\n", 1)[0]) if name else 0


async def serve(port: int) -> None:
    """Answer on `port` of 127.0.0.1 until the process ends."""
    model = Model()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(model, loop), HOST, port, backlog=200)
    await server.serve_forever()


def main(arguments: Sequence[str]) -> None:
    """Run the process."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.upstream", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    asyncio.run(serve(parser.parse_args(arguments).port))


if __name__ == "__main__":
    main(sys.argv[1:])
