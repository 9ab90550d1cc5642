"""A model that tells whoever asks a story, another one each time, once the test lets it."""

import queue
import threading
from collections.abc import Iterator
from socket import socket
from typing import Any

from tests.clients.story_model import StoryModel, Telling


class _Gated(Telling):
    """A telling that begins when `gate` opens."""

    def __init__(self, prompt: str, gate: threading.Event) -> None:
        super().__init__(prompt)
        self._gate = gate

    def pieces(self, connection: socket) -> Iterator[bytes]:
        self._gate.wait()
        return super().pieces(connection)


class ReadyModel(StoryModel):
    """`begun` has each telling's gate, in the order in which they were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.begun: queue.Queue[Any] = queue.Queue()
        self._numbers = threading.Lock()
        self._open = False

    def answer(self, sent: str) -> Telling:
        """Return a telling of a story that was not told before."""
        gate = threading.Event()
        with self._numbers:
            self.asked.append(sent)
            number = len(self.asked)
            if self._open:
                gate.set()
            self.begun.put(gate)
        telling = _Gated(sent, gate)
        return telling.titles().says(f"Fox number {number}", " met a star.").ends()

    def open(self) -> None:
        """Let all stories be told, also those that are asked for later."""
        with self._numbers:
            self._open = True
            while not self.begun.empty():
                self.begun.get().set()
