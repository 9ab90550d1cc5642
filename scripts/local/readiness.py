"""Probes for `Process.wait_for`: each answers None until what it looks for is there."""

import json
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from scripts.local.loopback import open_local
from scripts.local.ports import HOST
from scripts.local.processes import Probe, Process

CONNECT_SECONDS = 0.5
ANSWER_SECONDS = 10.0  # the first answer of a function starts its process
HTTP_OK = 200


def printed(process: Process, pattern: str) -> Probe[re.Match[str]]:
    """Look for the pattern in what the process printed."""
    compiled = re.compile(pattern, re.MULTILINE)
    return lambda: compiled.search(process.output())


def ready_line(process: Process) -> Probe[str]:
    """Look for the line `{"ready": "host:port"}` and answer its address."""

    def probe() -> str | None:
        for line in process.output().splitlines():
            if line.startswith('{"ready"'):
                return str(json.loads(line)["ready"])
        return None

    return probe


def listens(port: int) -> Probe[int]:
    """Try to connect to a TCP port on 127.0.0.1."""

    def probe() -> int | None:
        try:
            socket.create_connection((HOST, port), CONNECT_SECONDS).close()
        except OSError:
            return None
        return port

    return probe


def answers(url: str) -> Probe[bytes]:
    """Ask an `http://` address until it answers 200, and return the body."""

    def probe() -> bytes | None:
        try:
            with open_local(url, ANSWER_SECONDS) as reply:
                return reply.read() if reply.status == HTTP_OK else None
        except (OSError, HTTPException):
            return None

    return probe


@contextmanager
def starting_meanwhile(url: str) -> Iterator[None]:
    """Let the function at `url` start its process during the block, which ends when it has.

    The request is a browser's preflight: it does nothing, and whether it succeeds is left for
    the first real call to show.
    """
    address = urlsplit(url)
    connection = HTTPConnection(address.netloc, timeout=ANSWER_SECONDS)
    try:
        with suppress(OSError):
            connection.request("OPTIONS", address.path)
        yield
        if connection.sock is not None:
            with suppress(OSError, HTTPException):
                connection.getresponse().read()
    finally:
        connection.close()
