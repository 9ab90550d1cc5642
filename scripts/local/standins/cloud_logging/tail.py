"""Entries as they come: a stream of Cloud Logging's live tailing.

Source: https://cloud.google.com/logging/docs/reference/v2/rpc/google.logging.v2#taillogentriesrequest
"""

from collections import deque
from collections.abc import Iterator
from threading import Condition

from google.cloud.logging_v2 import types as api

from scripts.local.standins.cloud_logging.query_values import Predicate
from scripts.local.standins.cloud_logging.store import key_of
from scripts.local.standins.cloud_monitoring.resources import invalid
from scripts.local.standins.server import Message

DEFAULT_WINDOW_SECONDS = 2.0
MAX_WINDOW_SECONDS = 60.0
WAITING = 10_000  # entries that a slow reader may lag behind by
Suppression = api.TailLogEntriesResponse.SuppressionInfo


def window_of(request: Message) -> float:
    """Return for how many seconds entries are held back to be put in order. Raises RefusalError."""
    if not request.HasField("buffer_window"):
        return DEFAULT_WINDOW_SECONDS
    seconds: float = request.buffer_window.ToNanoseconds() / 1e9
    if not 0 <= seconds <= MAX_WINDOW_SECONDS:
        raise invalid("buffer_window must be between 0 and 60000 milliseconds.")
    return seconds


class Tail:
    """What one reader waits for. `take` is called with all entries, from any thread."""

    def __init__(self, asked: Predicate, window_seconds: float) -> None:
        self._asked = asked
        self._window = window_seconds
        self._waiting: deque[Message] = deque()
        self._missed = 0
        self._ended = False
        self._changed = Condition()

    def take(self, entry: Message) -> None:
        """Hold an entry for the reader if it asked for it, or count it if there is no room."""
        if not self._asked(entry):
            return
        with self._changed:
            if len(self._waiting) >= WAITING:
                self._missed += 1
            else:
                self._waiting.append(entry)
            self._changed.notify_all()

    def end(self) -> None:
        """Let the reader go."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def responses(self) -> Iterator[api.TailLogEntriesResponse]:
        """Yield what has come, in order of time, until it is ended."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._ended)
                self._changed.wait_for(lambda: self._ended, self._window)
                if self._ended:
                    return
                found, missed = list(self._waiting), self._missed
                self._waiting.clear()
                self._missed = 0
            yield _response(found, missed)


def _response(found: list[Message], missed: int) -> api.TailLogEntriesResponse:
    suppressed = Suppression(reason=Suppression.Reason.NOT_CONSUMED, suppressed_count=missed)
    return api.TailLogEntriesResponse(
        entries=[api.LogEntry.wrap(entry) for entry in sorted(found, key=key_of)],
        suppression_info=[suppressed] if missed else [],
    )
