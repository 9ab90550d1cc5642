"""The log of a project in Cloud Logging."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import grpc
from google.cloud.logging_v2 import types as api
from google.cloud.logging_v2.services.logging_service_v2 import LoggingServiceV2Client
from google.cloud.logging_v2.services.logging_service_v2.transports import (
    LoggingServiceV2GrpcTransport,
)

from scripts.ops.logbook.entries import line_of_entry
from scripts.ops.logbook.filters import filter_of
from scripts.ops.logbook.line import Line
from scripts.ops.logbook.log_errors import explained
from scripts.ops.logbook.query import Query
from scripts.ops.logbook.source import Source
from scripts.ops.logbook.tail import Tail

SECONDS = 30.0  # of one page: a search through days takes the real service a while
# https://cloud.google.com/logging/quotas: 60 reads a minute, which whoever is on call shares.
PAGE, MOST_PAGES = 1000, 30


@contextmanager
def open_client(endpoint: str) -> Iterator[LoggingServiceV2Client]:
    """Give a client of the real service with the process's own credentials, or of a stand-in.

    Raises GoogleAuthError.
    """
    if endpoint:
        channel = grpc.insecure_channel(endpoint)
        client = LoggingServiceV2Client(transport=LoggingServiceV2GrpcTransport(channel=channel))
    else:
        client = LoggingServiceV2Client()
    try:
        yield client
    finally:
        client.transport.close()


class CloudLog:
    """Reads and follows the log of a project. Methods raise LogError."""

    def __init__(
        self,
        client: LoggingServiceV2Client,
        source: Source,
        tell: Callable[[str], None],
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._source = source
        self._tell = tell
        self._pause = pause

    def newest(self, query: Query, limit: int) -> list[Line]:
        """Return the newest `limit` lines that are asked for, the oldest of them first."""
        with explained(self._source):
            entries = self._entries(query, limit)
        return [line_of_entry(entry) for entry in entries]

    def follow(self, query: Query, limit: int) -> Iterator[Line]:
        """Yield the newest `limit` lines, and then what comes, until it is closed."""
        tail = Tail(self._client, self._source.project, self._entries, self._tell, self._pause)
        with explained(self._source):
            yield from map(line_of_entry, tail.entries(query, limit))

    def _entries(self, query: Query, limit: int) -> list[api.LogEntry]:
        """Return the newest entries, oldest first; what cannot be had with few reads is told."""
        request = api.ListLogEntriesRequest(
            resource_names=[f"projects/{self._source.project}"],
            filter=filter_of(query),
            order_by="timestamp desc",
            page_size=min(limit, PAGE),
        )
        found: list[api.LogEntry] = []
        pages = self._client.list_log_entries(request, retry=None, timeout=SECONDS).pages
        for number, page in enumerate(pages, start=1):
            found += (each for each in page.entries if query.selects(line_of_entry(each)))
            if len(found) >= limit or not page.next_page_token:
                break
            if number == MOST_PAGES:
                self._tell(
                    f"Stopped after {number} reads, of the 60 that Cloud Logging allows a minute: "
                    "older lines may be missing. Ask for less time, a function or a severity."
                )
                break
        return found[:limit][::-1]
