"""A bound on how long a body may take to arrive."""

import socket
from collections.abc import Iterator

import pytest

from conteur.entrypoints.callable.connection import Connection
from conteur.entrypoints.callable.reading_limit import READING_SECONDS, ReadingLimit
from tests.fakes import FakeClock, FakeTimers


class Reading:
    """A connection whose client has sent nothing yet."""

    def __init__(self, ours: socket.socket) -> None:
        self.ours = ours
        clock = FakeClock()
        self.timers = FakeTimers(clock)
        self.limit = ReadingLimit(self.timers, clock.monotonic)


@pytest.fixture
def reading() -> Iterator[Reading]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(0)
        yield Reading(ours)


def test_a_body_that_takes_too_long_ends(reading: Reading) -> None:
    """When the limit is met, who reads finds the end of the data."""
    with reading.limit.on(Connection(reading.ours)):
        reading.timers.pass_time(READING_SECONDS)
        assert reading.ours.recv(1) == b""


def test_a_body_in_time_is_left_alone(reading: Reading) -> None:
    """After the reading nothing is stopped any more, however long the call takes."""
    with reading.limit.on(Connection(reading.ours)):
        reading.timers.pass_time(READING_SECONDS - 1)
    reading.timers.pass_time(100)
    with pytest.raises(BlockingIOError):
        reading.ours.recv(1)


def test_a_server_without_sockets(reading: Reading) -> None:
    """Where the server hands no connection over, nothing can be stopped, and nothing breaks."""
    with reading.limit.on(Connection(None)):
        reading.timers.pass_time(READING_SECONDS)
