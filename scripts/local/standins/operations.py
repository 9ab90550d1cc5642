"""A stand-in for long-running operations: `google.longrunning.Operations`.

An operation ends when its time is over by the clock, or by `finish()`; nothing here sleeps, and
`WaitOperation` answers at once with how it stands, as its time-out is the most that a service may
wait. Form of names and rules: https://google.aip.dev/151 and
https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.operations
"""

import re
from collections.abc import Callable, Mapping
from threading import RLock
from uuid import uuid4

import grpc
from google.longrunning import (  # type: ignore[import-untyped]  # ships no types
    operations_pb2 as api,
)
from google.rpc.status_pb2 import Status  # type: ignore[import-untyped]  # ships no types

from scripts.local.standins.pages import check, page
from scripts.local.standins.server import Message, Method, RefusalError, StandIn

NAME = re.compile(r"projects/[^/]+(?:/[a-z]+/[^/]+)*/operations/[A-Za-z0-9_-]+")
MOST = 100  # of a page

Ending = Callable[[RefusalError | None], Message]
"""Ends what an operation was for, and returns its response as a protobuf message.

It is handed the error that the operation is to end with, if any, and raises it; it may raise a
RefusalError of its own.
"""


class Operations:
    """Operations of every project. `clock` answers seconds since the epoch.

    `takes` are the seconds of those that begin from now on, None: until `finish()`. Those that end
    while `fails` is set end with that error.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.lock = RLock()
        self.takes: float | None = 0.0
        self.fails: RefusalError | None = None
        self._clock = clock
        self._kept: dict[str, api.Operation] = {}
        self._going: dict[str, tuple[float | None, Ending]] = {}

    def begin(self, parent: str, metadata: Message, end: Ending) -> api.Operation:
        """Begin an operation below `parent`, such as `projects/P/locations/L`."""
        with self.lock:
            made = api.Operation(name=f"{parent}/operations/{uuid4()}")
            made.metadata.Pack(metadata)
            due = None if self.takes is None else self._clock() + self.takes
            self._kept[made.name] = made
            self._going[made.name] = (due, end)
            self.settle()
            return made

    def finish(self) -> None:
        """End all that go on, whatever their time."""
        with self.lock:
            for name in list(self._going):
                self._end(name)

    def settle(self) -> None:
        """End those whose time is over."""
        with self.lock:
            now = self._clock()
            for name, (due, _) in list(self._going.items()):
                if due is not None and due <= now:
                    self._end(name)

    def find(self, name: str) -> api.Operation:
        """Return how an operation stands. Raises RefusalError if there is none of this name."""
        with self.lock:
            self.settle()
            if name not in self._kept:
                message = f"Operation {name!r} was not found."
                raise RefusalError(grpc.StatusCode.NOT_FOUND, message)
            return self._kept[name]

    def below(self, parent: str) -> list[api.Operation]:
        """Return how those below a parent stand, the oldest first."""
        with self.lock:
            self.settle()
            return [each for name, each in self._kept.items() if name.startswith(f"{parent}/")]

    def _end(self, name: str) -> None:
        _, end = self._going.pop(name)
        operation = self._kept[name]
        operation.done = True
        try:
            operation.response.Pack(end(self.fails))
        except RefusalError as refusal:
            operation.error.CopyFrom(Status(code=refusal.code.value[0], message=refusal.message))


class OperationsStandIn(StandIn):
    """The service that tells how operations stand."""

    service = "google.longrunning.Operations"

    def __init__(self, operations: Operations) -> None:
        super().__init__()
        self.operations = operations

    def methods(self) -> Mapping[str, Method]:
        """Return the three methods that look."""
        return {
            "GetOperation": Method(api.GetOperationRequest, self._get),
            "ListOperations": Method(api.ListOperationsRequest, self._list),
            "WaitOperation": Method(api.WaitOperationRequest, self._get),
        }

    def _get(self, request: Message) -> api.Operation:
        check(NAME, request.name)
        return self.operations.find(request.name)

    def _list(self, request: api.ListOperationsRequest) -> api.ListOperationsResponse:
        asked = (request.name, request.filter)
        found = self.operations.below(request.name)
        operations, token = page(found, request.page_size, request.page_token, MOST, *asked)
        return api.ListOperationsResponse(operations=operations, next_page_token=token)
