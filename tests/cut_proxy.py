"""A proxy before PostgreSQL that cuts a connection where it hurts, or lets it fall silent."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

HOST = "127.0.0.1"
PATIENCE_SECONDS = 30.0
COMMIT = b"COMMIT\0"  # as a client sends it, and as the server says that it is done


@dataclass
class _Link:
    """One client's connection, and the one to the server that belongs to it."""

    client: socket.socket
    server: socket.socket
    doomed: bool = False
    silent: bool = False
    answered: bool = True
    swallowed: bytearray = field(default_factory=bytearray)
    left: threading.Event = field(default_factory=threading.Event)  # by the server

    def close(self) -> None:
        for end in (self.client, self.server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


class CutProxy:
    """Passes bytes on between its own port and the one of a database's URL.

    `links` counts the connections that were made, `cuts` those that were cut at a COMMIT, `turns`
    how often a client has sent something after it was answered: round trips.
    """

    def __init__(self, url: str) -> None:
        self._to = urlsplit(url)
        self._listener = socket.create_server((HOST, 0))
        self._threads: list[threading.Thread] = []
        self._links: list[_Link] = []
        self._armed: bool | None = None
        self._mute = False
        self.links = 0
        self.cuts = 0
        self.turns = 0

    @property
    def url(self) -> str:
        """Return the database's URL, by way of this proxy."""
        port = self._listener.getsockname()[1]
        who = self._to.netloc.rpartition("@")[0]
        return self._to._replace(netloc=f"{who}@{HOST}:{port}").geturl()

    def cut_next_commit(self, *, committed: bool = True) -> None:
        """Cut the next connection that commits: after the server has, or before it hears of it."""
        self._armed = committed

    def fall_silent(self, *, for_good: bool = False) -> None:
        """Swallow what the server says on the connections that there are, and keep them open.

        With `for_good` also on those that are made until `speak` is called.
        """
        self._mute = for_good
        for link in self._links:
            link.silent = True

    def speak(self) -> None:
        """Pass on again what the server says on connections that are made from now on."""
        self._mute = False

    def cut_all(self) -> None:
        """Cut every connection that there is."""
        for link in self._links:
            link.close()

    @contextmanager
    def serve(self) -> Iterator["CutProxy"]:
        self._start(self._accept)
        try:
            yield self
        finally:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._threads[0].join()
            self.cut_all()
            for thread in self._threads:
                thread.join()
            self._listener.close()

    def _start(self, *target_and_link: object) -> None:
        target, *link = target_and_link
        assert callable(target)
        thread = threading.Thread(target=target, args=link)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection((HOST, self._to.port or 5432))
                self._links.append(link := _Link(client, server, silent=self._mute))
                self.links += 1
                self._start(self._ask, link)
                self._start(self._answer, link)

    def _ask(self, link: _Link) -> None:
        with link.client, suppress(OSError):
            while data := link.client.recv(65536):
                self.turns += link.answered
                link.answered = False
                if self._armed is not None and COMMIT in data:
                    committed, self._armed = self._armed, None
                    self.cuts += 1
                    if not committed:
                        self._lose(link)
                        break
                    link.doomed = True
                link.server.sendall(data)
            link.close()

    def _lose(self, link: _Link) -> None:
        """Have the server find the connection lost; its locks are free before the client knows."""
        link.server.shutdown(socket.SHUT_WR)
        link.left.wait(PATIENCE_SECONDS)

    def _answer(self, link: _Link) -> None:
        with link.server, suppress(OSError):
            while data := link.server.recv(65536):
                link.answered = True
                if link.doomed:
                    link.swallowed += data
                    if COMMIT in link.swallowed:
                        break
                elif not link.silent:
                    link.client.sendall(data)
            link.left.set()
            link.close()
