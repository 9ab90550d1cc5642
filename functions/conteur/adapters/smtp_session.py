"""A session with a mail server, bounded by a deadline in all its steps."""

import smtplib
import socket
import ssl
from typing import Any

from conteur.domain.deadline import Deadline
from conteur.use_cases.ports import Clock

LEAST_SECONDS = 0.01


class TimeLeft:
    """What is left until a deadline."""

    def __init__(self, clock: Clock, deadline: Deadline) -> None:
        self._clock = clock
        self._deadline = deadline

    @property
    def seconds(self) -> float:
        """Return the seconds; never 0, which would make a socket that never waits."""
        return max(LEAST_SECONDS, self._deadline.remaining(self._clock.monotonic()))


class Session(smtplib.SMTP):
    """A session none of whose steps waits longer than the time that is left for all of them."""

    def __init__(self, time: TimeLeft, host: str, port: int, name: str) -> None:
        self._time = time
        super().__init__(host, port, name, timeout=time.seconds)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002 - smtplib's, who would give each address all of it
        """Connect within the time that is left."""
        return _connected(host, port, self._time)

    def send(self, s: Any) -> None:  # noqa: ANN401 - as smtplib has it
        """Send bytes within the time that is left."""
        self._bound()
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        """Read a reply within the time that is left."""
        self._bound()
        return super().getreply()

    def _bound(self) -> None:
        if self.sock is not None:
            self.sock.settimeout(self._time.seconds)


class TlsSession(Session):
    """A session that is private from its first byte on."""

    def __init__(
        self, time: TimeLeft, host: str, port: int, name: str, context: ssl.SSLContext
    ) -> None:
        self._context = context
        super().__init__(time, host, port, name)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """Connect as smtplib.SMTP_SSL does, which cannot be bounded by inheritance."""
        plain = super()._get_socket(host, port, timeout)
        return self._context.wrap_socket(plain, server_hostname=host)


def _connected(host: str, port: int, time: TimeLeft) -> socket.socket:
    """Connect to the first address of the host that answers.

    Each has its share of the time that is left, so that a silent one leaves some for the next.
    Raises the OSError of the last.
    """
    places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    problem = OSError("no address")
    for untried, (family, kind, protocol, _, address) in zip(
        range(len(places), 0, -1), places, strict=True
    ):
        try:
            connection = socket.socket(family, kind, protocol)
            return _joined(connection, address, time, untried)
        except OSError as error:
            problem = error
    raise problem


def _joined(
    connection: socket.socket, address: tuple[Any, ...], time: TimeLeft, sharers: int
) -> socket.socket:
    try:
        connection.settimeout(time.seconds / sharers)
        connection.connect(address)
    except OSError:
        connection.close()
        raise
    connection.settimeout(time.seconds)
    return connection
