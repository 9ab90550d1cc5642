"""A stand-in for Cloud Logging that refuses what the real one refuses."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from threading import Lock

import grpc
from google.cloud.logging_v2 import types as api
from google.protobuf import any_pb2, empty_pb2
from google.rpc import code_pb2, status_pb2  # type: ignore[import-untyped]  # ships no types

from scripts.local.standins.cloud_logging.requests import meant, page
from scripts.local.standins.cloud_logging.rules import Written, cut_labels, is_kept, refusal_of
from scripts.local.standins.cloud_logging.store import Store, parent_of
from scripts.local.standins.cloud_logging.tail import Tail, window_of
from scripts.local.standins.cloud_monitoring.resources import invalid, missing
from scripts.local.standins.server import Message, Method, RefusalError, StandIn, Stream, WhenEnded

SECOND = 10**9
MAX_REQUEST = 10 * 1024 * 1024  # bytes; https://cloud.google.com/logging/quotas#api-limits
MAX_TAILS = 10  # of a project; https://cloud.google.com/logging/quotas#api-limits


class LoggingStandIn(StandIn):
    """The newest log entries in memory, of every project. `clock` answers seconds since the epoch.

    Of a stream's requests only the first is read.
    """

    service = "google.logging.v2.LoggingServiceV2"

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._clock = clock
        self._store = Store()
        self._numbers = count(int(clock() * SECOND))
        self._tails: list[str] = []
        self._lock = Lock()

    def methods(self) -> Mapping[str, Method | Stream]:
        """Return the methods that write, read, follow and delete."""
        return {
            "WriteLogEntries": Method(api.WriteLogEntriesRequest, self._write),
            "ListLogEntries": Method(api.ListLogEntriesRequest, self._list),
            "TailLogEntries": Stream(api.TailLogEntriesRequest, self._tail),
            "ListLogs": Method(api.ListLogsRequest, self._list_logs),
            "DeleteLog": Method(api.DeleteLogRequest, self._delete_log),
        }

    def write(self, *entries: api.LogEntry) -> None:
        """Take entries in as a call does. Raises RefusalError."""
        self._write(api.WriteLogEntriesRequest(entries=entries))

    def _write(self, request: api.WriteLogEntriesRequest) -> api.WriteLogEntriesResponse:
        asked = api.WriteLogEntriesRequest.pb(request)
        _check_size(asked)
        all_written = [self._written(entry, asked) for entry in asked.entries]
        refused = {
            index: problem
            for index, written in enumerate(all_written)
            if (problem := refusal_of(written))
        }
        if refused and not asked.partial_success:
            raise invalid(next(iter(refused.values())))
        for index, written in enumerate(all_written):
            if index not in refused and not asked.dry_run:
                self._keep(written)
        if refused:
            raise _partial_errors(refused, len(all_written))
        return api.WriteLogEntriesResponse()

    def _written(self, given: Message, request: Message) -> Written:
        """Fill in a call's defaults, the time and an insert id, which grows.

        Source: https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/write
        """
        now = int(self._clock() * SECOND)
        entry = type(given)()
        entry.CopyFrom(given)
        entry.log_name = (entry.log_name or request.log_name).removeprefix("/")
        if not entry.HasField("resource"):
            entry.resource.CopyFrom(request.resource)
        for key in set(request.labels) - set(entry.labels):
            entry.labels[key] = request.labels[key]
        if not entry.HasField("timestamp"):
            entry.timestamp.FromNanoseconds(now)
        entry.insert_id = entry.insert_id or f"{next(self._numbers):020d}"
        entry.receive_timestamp.FromNanoseconds(now)
        return Written(entry, now)

    def _keep(self, written: Written) -> None:
        if is_kept(written):
            cut_labels(written.entry)
            self._store.add(written.entry)

    def _list(self, request: api.ListLogEntriesRequest) -> api.ListLogEntriesResponse:
        asked = api.ListLogEntriesRequest.pb(request)
        is_meant = meant(asked.resource_names, asked.filter)
        found, token = page([entry for entry in self._store.all() if is_meant(entry)], asked)
        return api.ListLogEntriesResponse(
            entries=[api.LogEntry.wrap(entry) for entry in found], next_page_token=token
        )

    def _tail(
        self, requests: Iterator[api.TailLogEntriesRequest], when_ended: WhenEnded
    ) -> Iterator[api.TailLogEntriesResponse]:
        request = next(requests, None)
        if request is None:
            return
        asked = api.TailLogEntriesRequest.pb(request)
        tail = Tail(meant(asked.resource_names, asked.filter), window_of(asked))
        with self._tailing(asked.resource_names[0]):
            self._store.follow(tail.take)
            when_ended(tail.end)
            try:
                yield from tail.responses()
            finally:
                self._store.unfollow(tail.take)

    @contextmanager
    def _tailing(self, resource: str) -> Iterator[None]:
        with self._lock:
            if self._tails.count(resource) >= MAX_TAILS:
                message = f"Quota exceeded: {MAX_TAILS} live tailing sessions of {resource}."
                raise RefusalError(grpc.StatusCode.RESOURCE_EXHAUSTED, message)
            self._tails.append(resource)
        try:
            yield
        finally:
            with self._lock:
                self._tails.remove(resource)

    def _list_logs(self, request: api.ListLogsRequest) -> api.ListLogsResponse:
        """Answer the names of the logs that have entries, all on one page."""
        is_meant = meant([request.parent, *request.resource_names], "")
        names = {entry.log_name for entry in self._store.all() if is_meant(entry)}
        return api.ListLogsResponse(log_names=sorted(names))

    def _delete_log(self, request: api.DeleteLogRequest) -> empty_pb2.Empty:
        meant([parent_of(request.log_name)], "")
        if not self._store.delete(request.log_name):
            raise missing(f"Log not found: {request.log_name}")
        return empty_pb2.Empty()


def _check_size(request: Message) -> None:
    if not request.entries:
        raise invalid("Request is missing required field entries.")
    if request.ByteSize() > MAX_REQUEST:
        raise invalid(f"Request payload size exceeds the limit: {MAX_REQUEST} bytes.")


def _partial_errors(refused: Mapping[int, str], written: int) -> RefusalError:
    """Return the answer to a call of which some entries were not written.

    It names them, unless none was. Source:
    https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/write
    """
    message = next(iter(refused.values()))
    if len(refused) == written:
        return invalid(message)
    errors = api.WriteLogEntriesPartialErrors(
        log_entry_errors={
            index: status_pb2.Status(code=code_pb2.INVALID_ARGUMENT, message=problem)
            for index, problem in refused.items()
        }
    )
    packed = any_pb2.Any()
    packed.Pack(api.WriteLogEntriesPartialErrors.pb(errors))
    status = status_pb2.Status(code=code_pb2.INVALID_ARGUMENT, message=message, details=[packed])
    return RefusalError(grpc.StatusCode.INVALID_ARGUMENT, message, status.SerializeToString())
