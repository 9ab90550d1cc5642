"""A model behind the OpenAI API that says, word by word, what a test wants, when it wants it."""

import json
import queue
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from tests.adapters.events import DONE, chat_chunk, chat_usage
from tests.private_texts import note_text

NAME = "told-model"
TITLE = "The Lamp"
PATIENCE_SECONDS = 30.0

Piece = bytes | None
"""Bytes of the answer; None is its end."""


class Telling:
    """The answer to one prompt. Each piece goes out as soon as it is said."""

    def __init__(self, prompt: str) -> None:
        self.prompt = prompt
        self.asked = threading.Event()
        self._pieces: queue.Queue[Piece] = queue.Queue()
        self._connections: queue.Queue[socket.socket] = queue.Queue()

    def titles(self) -> Self:
        """Say the title, which the product keeps back."""
        return self.says(f"{TITLE}\n\n")

    def says(self, *texts: str) -> Self:
        for text in texts:
            note_text(text)
            self._pieces.put(chat_chunk(text))
        return self

    def ends(self) -> Self:
        """End the answer as a whole one."""
        self._pieces.put(chat_chunk(finish="stop") + chat_usage(sent=7, written=9) + DONE)
        return self.breaks_off()

    def breaks_off(self) -> Self:
        """Hang up, which without `ends` cuts the answer short."""
        self._pieces.put(None)
        return self

    def wait_until_asked(self) -> None:
        assert self.asked.wait(PATIENCE_SECONDS), f"nobody asked for {self.prompt!r}"

    def wait_until_given_up(self) -> None:
        """Wait until the product hangs up, which sends nothing after its request."""
        connection = self._connections.get(timeout=PATIENCE_SECONDS)
        heard, _, _ = select.select([connection], [], [], PATIENCE_SECONDS)
        assert heard, f"nobody gave {self.prompt!r} up"

    def pieces(self, connection: socket.socket) -> Iterator[bytes]:
        self._connections.put(connection)
        self.asked.set()
        while (piece := self._pieces.get(timeout=PATIENCE_SECONDS)) is not None:
            yield piece


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 100  # the usual 5 would turn some of many calls at once away


class StoryModel:
    """The server. `asked` holds each prompt that it was sent, as it was sent."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[str] = []
        self._tellings: list[Telling] = []
        self._lock = threading.Lock()

    def telling(self, prompt: str) -> Telling:
        """Return what will answer this prompt once, for the test to fill."""
        telling = Telling(prompt)
        self._tellings.append(telling)
        return telling

    def tells(self, prompt: str, *texts: str) -> None:
        """Answer this prompt with a whole story."""
        self.telling(prompt).titles().says(*texts).ends()

    def times_asked(self, prompt: str) -> int:
        return sum(prompt in sent for sent in self.asked)

    def answer(self, sent: str) -> Telling:
        """Return what answers a prompt as the product sends it, or a hang-up if nothing is left."""
        with self._lock:
            self.asked.append(sent)
            for telling in self._tellings:
                if telling.prompt in sent and not telling.asked.is_set():
                    telling.asked.set()
                    return telling
        return Telling(sent).breaks_off()

    @contextmanager
    def serve(self) -> Iterator[Self]:
        with _Server(("127.0.0.1", 0), _handler(self)) as server:
            self.url = f"http://127.0.0.1:{server.server_port}/v1"
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            try:
                yield self
            finally:
                server.shutdown()
                thread.join()


def _handler(model: StoryModel) -> type[BaseHTTPRequestHandler]:
    class Chat(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """List no models, which tells that somebody answers."""
            body = b'{"object": "list", "data": []}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            telling = model.answer(request["messages"][-1]["content"])
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            with suppress(OSError):  # the product hung up
                for piece in telling.pieces(self.connection):
                    self.wfile.write(piece)

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    return Chat
