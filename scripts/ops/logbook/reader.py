"""Opens a log, to be read and followed."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Protocol

from scripts.ops.logbook.cloud_log import CloudLog, open_client
from scripts.ops.logbook.line import Line
from scripts.ops.logbook.log_errors import LogError, explained
from scripts.ops.logbook.log_file import LogFile
from scripts.ops.logbook.query import Query
from scripts.ops.logbook.source import STDIN, Source

__all__ = ["LogError", "Logbook", "opened"]


class Logbook(Protocol):
    """A log that can be read. Methods raise LogError, which says what to do next."""

    def newest(self, query: Query, limit: int) -> list[Line]:
        """Return the newest `limit` lines that are asked for, the oldest of them first."""

    def follow(self, query: Query, limit: int) -> Iterator[Line]:
        """Yield the newest `limit` lines, and then what comes, until it is closed.

        No line comes twice. The log of a file ends with the file.
        """


def _complain(text: str) -> None:
    print(text, file=sys.stderr)


@contextmanager
def opened(
    source: Source,
    tell: Callable[[str], None] = _complain,
    pause: Callable[[float], None] = time.sleep,
) -> Iterator[Logbook]:
    """Open a log. `tell` is for people: what is missing of what is read. Raises LogError.

    `pause` waits for seconds, between the connections of a log that is followed.
    """
    if source.checkout:
        tell(f"This is the log of the local stack of another checkout: {source.checkout}.")
    if source.file == STDIN:
        if isinstance(sys.stdin, TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")
        yield LogFile(sys.stdin)
    elif source.file:
        try:
            with Path(source.file).open(encoding="utf-8", errors="replace") as stream:
                yield LogFile(stream)
        except OSError as error:
            raise LogError(f"{source.file} cannot be read: {error.strerror}.") from error
    else:
        with explained(source), open_client(source.endpoint) as client:
            yield CloudLog(client, source, tell, pause)
