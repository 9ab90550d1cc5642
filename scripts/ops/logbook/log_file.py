"""The log in a file, or on standard input."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TextIO

from scripts.ops.logbook.entries import line_of_members, line_of_text
from scripts.ops.logbook.json_text import loads
from scripts.ops.logbook.line import Line
from scripts.ops.logbook.log_errors import LogError
from scripts.ops.logbook.query import Query

_OBJECTS = re.compile(r"\s*\[\s*(\{|\]?\s*$)")
"""How an array of objects begins, and no line such as `[req=a] ...` or gunicorn's."""


class LogFile:
    """What functions printed, a line each; or what was kept, a line each or as one JSON array."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def newest(self, query: Query, limit: int) -> list[Line]:
        """Return the newest `limit` lines that are asked for, the oldest of them first."""
        chosen = sorted(filter(query.selects, self._lines()), key=lambda line: line.time)
        return chosen[-limit:]

    def follow(self, query: Query, limit: int) -> Iterator[Line]:
        """Yield the lines that are asked for as they come, until the stream ends.

        `limit` holds for nothing here: a stream does not say which lines were there before.
        """
        del limit
        return filter(query.selects, self._lines())

    def _lines(self) -> Iterator[Line]:
        """Yield the lines in the stream's order."""
        last = datetime.fromtimestamp(0, UTC)
        for number, text in enumerate(self._stream):
            if number == 0 and _OBJECTS.match(text):
                yield from _array(text + self._stream.read(), last)
                return
            if text.strip():
                line = line_of_text(text.rstrip("\n"), last)
                last = line.time
                yield line


def _array(text: str, last: datetime) -> Iterator[Line]:
    try:
        entries = loads(text)
    except ValueError as error:
        raise LogError(
            f"What begins as a JSON array is none ({error}). Repeat the export, or give one JSON "
            "object a line."
        ) from error
    for each in entries:
        if isinstance(each, dict):
            line = line_of_members(each, last)
        else:
            line = line_of_text(json.dumps(each), last)
        last = line.time
        yield line
