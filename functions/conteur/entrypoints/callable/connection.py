"""What the client's own connection tells of a call."""

import select
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass

from flask import Request

WAIT_SECONDS = 10.0  # for one read or write; a whole story fits in the system's buffers
LONGEST_QUEUE_SECONDS = 600.0  # no caller waits for longer: the system's answer is nonsense

_WAIT = struct.pack("@ll", int(WAIT_SECONDS), 0)  # `struct timeval`

# tcpi_last_data_recv of `struct tcp_info` in linux/tcp.h: milliseconds since data last came in.
_LAST_DATA_RECEIVED = struct.Struct("=52xI")


@dataclass(frozen=True, slots=True)
class Connection:
    """The connection that a call came on; where the server does not hand it over, nothing is told.

    It is plain TCP: TLS ends in front of the container.
    """

    client: socket.socket | None

    @classmethod
    def of(cls, request: Request) -> "Connection":
        """Return the connection of `request`, which gunicorn has in its environment."""
        return cls(request.environ.get("gunicorn.socket"))

    def bound_waits(self) -> None:
        """Let no read or write wait for long.

        By the system: with Python's own time-out each piece of a stream would take a system call
        more, and each of these lets another thread take the interpreter.
        """
        if self.client is not None:
            for which in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
                self.client.setsockopt(socket.SOL_SOCKET, which, _WAIT)

    def queued_seconds(self) -> float:
        """Return for how long the last bytes that came in have been here; 0.0 if unknown.

        Asked before a call's body is read, that is the call's wait for a free thread, the first
        or a later one of its connection. Linux knows it exactly; gVisor says 0, macOS nothing.
        """
        if self.client is None or not hasattr(socket, "TCP_INFO"):
            return 0.0
        size = _LAST_DATA_RECEIVED.size
        try:
            info = self.client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, size)
            (milliseconds,) = _LAST_DATA_RECEIVED.unpack(info)
        except (OSError, struct.error):
            return 0.0
        seconds: float = milliseconds / 1000
        return seconds if seconds <= LONGEST_QUEUE_SECONDS else 0.0

    def stop_reading(self) -> None:
        """Have a read that waits for the client, in another thread, find the end of its data."""
        if self.client is not None:
            with suppress(OSError):  # the client was first to hang up
                self.client.shutdown(socket.SHUT_RD)

    def has_ended(self) -> bool:
        """Tell, without a wait, whether the client has closed or reset its end.

        A client that has shut down only the half it sends on looks just the same and counts as
        gone; no HTTP client of the SDKs does that.
        """
        if self.client is None:
            return False
        ready = select.poll()
        ready.register(self.client, select.POLLIN)
        # A socket with a time-out waits in `recv` for as long, even with MSG_DONTWAIT: poll first.
        if not ready.poll(0):
            return False
        try:
            return not self.client.recv(1, socket.MSG_PEEK)
        except OSError:
            return True
