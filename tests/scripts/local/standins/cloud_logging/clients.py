"""Google's client of Cloud Logging on a channel, and an entry that it takes."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import Empty, Queue
from threading import Thread
from typing import Any

import grpc
from google.api_core import exceptions
from google.cloud.logging_v2 import types as api
from google.cloud.logging_v2.services.logging_service_v2 import LoggingServiceV2Client
from google.cloud.logging_v2.services.logging_service_v2.transports import (
    LoggingServiceV2GrpcTransport,
)

from tests.scripts.local.standins.cloud_monitoring.examples import PROJECT

LOG = f"{PROJECT}/logs/run.googleapis.com%2Fstdout"
ENTRY: dict[str, Any] = {
    "log_name": LOG,
    "resource": {"type": "cloud_run_revision", "labels": {"service_name": "generate-story"}},
}
PATIENCE = 20  # seconds until a stream that hangs fails its test

KNOCK = {"text_payload": "knock", "severity": "EMERGENCY"}
Answer = list[str] | Exception


@dataclass(frozen=True, slots=True)
class Log:
    """A client, by what tests ask of it."""

    client: LoggingServiceV2Client
    calls: list[Any] = field(default_factory=list)

    def write(self, *entries: dict[str, Any], **options: object) -> None:
        """Write entries in one call, each over ENTRY, without retries."""
        request = {"entries": [{**ENTRY, **entry} for entry in entries], **options}
        self.client.write_log_entries(request=request, timeout=5, retry=None)

    def read(self, query: str = "", **options: object) -> Sequence[api.LogEntry]:
        """Return the entries of a query, of all pages."""
        request = {"resource_names": [PROJECT], "filter": query, **options}
        return list(self.client.list_log_entries(request=request, timeout=5, retry=None))

    def texts(self, query: str = "", **options: object) -> list[str]:
        """Return the texts of a query's entries."""
        return [entry.text_payload for entry in self.read(query, **options)]

    def page(self, token: str = "", **options: object) -> api.ListLogEntriesResponse:
        """Return one page, of two entries."""
        asked = {"resource_names": [PROJECT], "page_size": 2, "page_token": token, **options}
        pager = self.client.list_log_entries(request=asked, timeout=5, retry=None)
        return next(iter(pager.pages))

    @contextmanager
    def following(self, query: str, **options: object) -> Generator["Queue[Answer]"]:
        """Follow what a query means, and give what comes; it has to mean entries like KNOCK.

        The client gives a stream only once it has answered, so there is a knock until it does.
        """
        asked = {"resource_names": [PROJECT], "filter": query, "buffer_window": {}, **options}
        answers: Queue[Answer] = Queue()
        reader = Thread(target=self._read, args=[api.TailLogEntriesRequest(asked), answers])
        with self._ended(reader):
            for _ in range(PATIENCE * 20):
                self.write(KNOCK)
                with suppress(Empty):
                    if isinstance(first := answers.get(timeout=0.05), Exception):
                        raise first
                    break
            yield answers

    @contextmanager
    def _ended(self, reader: Thread) -> Generator[None]:
        reader.start()
        try:
            yield
        finally:
            for call in self.calls:
                call.cancel()
            reader.join(PATIENCE)

    def _read(self, request: api.TailLogEntriesRequest, answers: "Queue[Answer]") -> None:
        try:
            call = self.client.tail_log_entries(iter([request]), timeout=PATIENCE, retry=None)
            self.calls.append(call)
            for response in call:
                answers.put([entry.text_payload for entry in response.entries])
        except exceptions.GoogleAPICallError as error:
            answers.put(error)


def written_at(entry: api.LogEntry) -> float:
    """Return an entry's time, in seconds since the epoch, which is when it was received too."""
    written = api.LogEntry.pb(entry)
    assert written.timestamp == written.receive_timestamp
    return float(written.timestamp.ToNanoseconds() / 1e9)


def next_of(answers: "Queue[Answer]") -> Answer:
    """Return what has come, knocks apart."""
    while True:
        answer = answers.get(timeout=PATIENCE)
        if isinstance(answer, Exception):
            return answer
        if texts := [text for text in answer if text != KNOCK["text_payload"]]:
            return texts


def log_on(channel: grpc.Channel) -> Log:
    """Return the client of what answers on a channel."""
    return Log(LoggingServiceV2Client(transport=LoggingServiceV2GrpcTransport(channel=channel)))
