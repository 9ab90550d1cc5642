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
        plain = socket.create_connection((host, port), timeout)
        return self._context.wrap_socket(plain, server_hostname=host)
