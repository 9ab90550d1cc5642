"""How a broken connection answers: a line as a value, and a call over it."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto

PIECE_BYTES = 65_536
PATIENCE_SECONDS = 20.0
_NO_GOODBYE = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends RST


class Ending(Enum):
    """What a connection comes to once all is said."""

    CLOSED = auto()
    RESET = auto()
    SILENT = auto()  # it stays open until the client closes it


@dataclass(frozen=True)
class Line:
    """How one connection answers: with the upstream's bytes, or with `says` in their place.

    The first byte waits until `opened` is set, if that is given, and for `late` seconds; a piece,
    of at most `piece` bytes, waits for `pause` seconds. What comes after `cut_after` bytes is
    dropped, and the connection ends.
    """

    says: bytes | None = None
    opened: threading.Event | None = None
    late: float = 0.0
    piece: int = PIECE_BYTES
    pause: float = 0.0
    cut_after: int | None = None
    ending: Ending = Ending.CLOSED


class Call:
    """One connection of a client; `server` is None where the line speaks for itself."""

    def __init__(self, client: socket.socket, server: socket.socket | None) -> None:
        self._client = client
        self._server = server
        self._asked = threading.Event()
        self._gone = threading.Event()

    def listen(self, heard: Callable[[bytes], None]) -> None:
        """Pass on what the client says, and tell `heard` of it, until the client hangs up."""
        with suppress(OSError):
            while data := self._client.recv(PIECE_BYTES):
                heard(data)
                self._asked.set()
                if self._server:
                    self._server.sendall(data)
        self._asked.set()
        self._gone.set()
        if self._server:
            shut(self._server)

    def answer(self, line: Line, is_lost: Callable[[], bool]) -> None:
        """Answer as `line` says, until `is_lost` says of a piece that it never arrives."""
        left = line.cut_after
        for piece in self._pieces(line):
            self._gone.wait(line.pause)
            if is_lost():
                break
            with suppress(OSError):
                self._client.sendall(piece[:left])
            left = None if left is None else left - len(piece)
            if left is not None and left <= 0:
                break
        self._end(line.ending)

    def _pieces(self, line: Line) -> Iterator[bytes]:
        self._asked.wait(PATIENCE_SECONDS)
        if line.opened:
            line.opened.wait(PATIENCE_SECONDS)
        self._gone.wait(line.late)
        for data in self._answers() if line.says is None else (line.says,):
            for start in range(0, len(data), line.piece):
                yield data[start : start + line.piece]

    def _answers(self) -> Iterator[bytes]:
        assert self._server
        with suppress(OSError):
            while data := self._server.recv(PIECE_BYTES):
                yield data

    def _end(self, ending: Ending) -> None:
        with suppress(OSError):
            if ending is Ending.RESET:
                self._client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_GOODBYE)
                self._client.shutdown(socket.SHUT_RD)
                return
            if ending is Ending.CLOSED:
                self._client.shutdown(socket.SHUT_WR)
            self._gone.wait(PATIENCE_SECONDS)
            self._client.shutdown(socket.SHUT_RDWR)


def shut(connection: socket.socket) -> None:
    """End a connection, so that nobody waits on it any more."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
