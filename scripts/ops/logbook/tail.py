"""The log of a project as it comes: no line twice, and none lost."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from google.api_core.exceptions import (
    Aborted,
    Cancelled,
    DeadlineExceeded,
    GoogleAPICallError,
    InternalServerError,
    OutOfRange,
    ResourceExhausted,
    ServiceUnavailable,
    Unknown,
)
from google.cloud.logging_v2 import types as api
from google.cloud.logging_v2.services.logging_service_v2 import LoggingServiceV2Client

from scripts.ops.logbook.entries import line_of_entry
from scripts.ops.logbook.filters import tail_filter_of
from scripts.ops.logbook.listening import listening
from scripts.ops.logbook.query import Query
from scripts.ops.logbook.seen import Seen

ORDERING = timedelta(milliseconds=500)  # for which the service holds lines back, to sort them
LATENESS = timedelta(minutes=1)  # how much later than a newer line an older one may come
REMEMBERED = 20_000  # lines that are known to have come
MOST_MISSED = 10_000  # lines between two connections: ten reads of Cloud Logging's 60 a minute
TRIES, LONGEST_PAUSE = 8, 30.0
# A connection that breaks, a service or a stack that starts anew.
PASSING = (
    Aborted,
    Cancelled,
    DeadlineExceeded,
    InternalServerError,
    OutOfRange,
    ResourceExhausted,
    ServiceUnavailable,
    Unknown,
)

Read = Callable[[Query, int], list[api.LogEntry]]
"""Reads the newest so many entries of a query, oldest first."""


class Tail:
    """Entries as they come. What comes while there is no connection is read when there is."""

    def __init__(
        self,
        client: LoggingServiceV2Client,
        project: str,
        read: Read,
        tell: Callable[[str], None],
        pause: Callable[[float], None],
    ) -> None:
        self._client = client
        self._project = project
        self._read = read
        self._tell = tell
        self._pause = pause
        self._seen = Seen(REMEMBERED)
        self._newest = datetime.fromtimestamp(0, UTC)
        self._failures = 0

    def entries(self, query: Query, limit: int) -> Iterator[api.LogEntry]:
        """Yield the newest `limit` entries, and then what comes. Raises GoogleAPICallError."""
        first = self._read(query, limit)
        yield from self._fresh(first)
        # What was too old to be among the first does not come later.
        begun = replace(query, since=_time(first[0])) if len(first) == limit else query
        while True:
            try:
                yield from self._missed(begun)
                yield from self._session(begun)
            except PASSING as error:
                self._judge(error)
            self._pause(min(2.0 ** (1 + self._failures), LONGEST_PAUSE))

    def _session(self, query: Query) -> Iterator[api.LogEntry]:
        """Yield what comes over one connection, until it ends."""
        request = api.TailLogEntriesRequest(
            resource_names=[f"projects/{self._project}"],
            filter=tail_filter_of(query),
            buffer_window=ORDERING,
        )
        with listening(self._client, request) as responses:
            for number, response in enumerate(responses):
                self._failures = 0
                for left_out in response.suppression_info:
                    self._tell_of(left_out)
                if number == 0 or response.suppression_info:
                    yield from self._missed(query)
                yield from self._fresh(filter(_selecting(query), response.entries))
        self._failures = 0

    def _missed(self, query: Query) -> Iterator[api.LogEntry]:
        """Yield what has come since the newest entry, and did not come over a connection."""
        since = max(self._newest - LATENESS, query.since)
        entries = self._read(replace(query, since=since), MOST_MISSED)
        if len(entries) == MOST_MISSED:
            self._tell(f"More than {MOST_MISSED} lines came at once: read them with --since.")
        yield from self._fresh(entries)

    def _fresh(self, entries: Iterable[api.LogEntry]) -> Iterator[api.LogEntry]:
        """Yield the entries that have not come yet."""
        for entry in entries:
            time = _time(entry)
            if self._seen.is_new((time, entry.insert_id)):
                self._newest = max(self._newest, time)
                yield entry

    def _judge(self, error: GoogleAPICallError) -> None:
        """Tell of a failure; raise it again if there is no end of them."""
        self._failures += 1
        if self._failures == TRIES:
            raise error
        if self._failures == 1:
            self._tell(
                f"The connection broke ({type(error).__name__}). Trying again; what comes "
                "meanwhile is read then."
            )

    def _tell_of(self, left_out: api.TailLogEntriesResponse.SuppressionInfo) -> None:
        self._tell(
            f"Cloud Logging held back {left_out.suppressed_count} lines ({left_out.reason.name}): "
            "more come than it sends live. They are read instead, and may be out of order."
        )


def _time(entry: api.LogEntry) -> datetime:
    moment: datetime = api.LogEntry.pb(entry).timestamp.ToDatetime(UTC)
    return moment


def _selecting(query: Query) -> Callable[[api.LogEntry], bool]:
    return lambda entry: query.selects(line_of_entry(entry))
