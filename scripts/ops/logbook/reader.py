"""Reads a log, and follows it."""

from collections.abc import Iterator
from typing import Protocol

from scripts.ops.logbook.line import Line
from scripts.ops.logbook.query import Query


class Logbook(Protocol):
    """A log that can be read. Methods raise LogError, which says what to do next."""

    def newest(self, query: Query, limit: int) -> list[Line]:
        """Return the newest `limit` lines that are asked for, the oldest of them first."""

    def follow(self, query: Query) -> Iterator[Line]:
        """Yield the lines that are asked for as they come, until it is closed."""
