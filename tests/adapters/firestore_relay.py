"""A Firestore that passes calls on to the emulator, and breaks the line on purpose."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Self, TypeVar

import grpc
import pytest
from google.api_core.exceptions import GoogleAPICallError
from google.cloud.firestore_v1 import types
from google.cloud.firestore_v1.services.firestore import FirestoreClient
from google.cloud.firestore_v1.services.firestore.transports import FirestoreGrpcTransport

from conteur.adapters.firestore_client import ReconnectingClient
from scripts.local.standins.server import Fault, Message, Method, RefusalError, StandIn
from tests.adapters.stored import Store

_Answer = TypeVar("_Answer")


def new_project() -> str:
    """Return a project's name: each has a database of its own in the emulator."""
    return f"demo-{uuid.uuid4().hex[:12]}"


@contextmanager
def store_at(host: str, project: str) -> Iterator[Store]:
    """Yield the adapter over the real client library, connected to `host`."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("FIRESTORE_EMULATOR_HOST", host)
        client = ReconnectingClient(project=project)
    yield Store(client)
    client.close()  # type: ignore[no-untyped-call]  # the library's own is untyped


class FirestoreRelay(StandIn):
    """What the adapter calls, answered by the emulator.

    `after_read` happens between a read and its answer, `after_query` between a query and its own.
    `breaks_next_query` has the line break behind the first document of the next query's answer,
    once.
    """

    service = "google.firestore.v1.Firestore"

    def __init__(self, upstream: FirestoreClient) -> None:
        super().__init__()
        self._upstream = upstream
        self.after_read: Callable[[], object] = lambda: None
        self.after_query: Callable[[], object] = lambda: None
        self.breaks_next_query = False

    @classmethod
    @contextmanager
    def to(cls, emulator: str) -> Iterator[Self]:
        with grpc.insecure_channel(emulator) as channel:
            yield cls(FirestoreClient(transport=FirestoreGrpcTransport(channel=channel)))

    def fail_first_tries(self, *, lost_answer: bool) -> None:
        """Have every other call fail from the next one on, so each write and read needs two."""
        self.calls[:] = ["a call before"]
        self.fault = Fault(grpc.StatusCode.UNAVAILABLE, every=2, lost_answer=lost_answer)

    def say_once(self, code: grpc.StatusCode) -> None:
        """Have the next call end with `code`, and change nothing."""
        self.calls[:] = ["a call before"]
        self.fault = Fault(code, every=2)

    def methods(self) -> Mapping[str, Method]:
        """Return the methods that the adapters call."""
        return {
            "Commit": Method(types.CommitRequest, self._commit),
            "BatchGetDocuments": Method(types.BatchGetDocumentsRequest, self._get),
            "RunQuery": Method(types.RunQueryRequest, self._query),
        }

    def _unary_handler(self, name: str, method: Method) -> "grpc.RpcMethodHandler[Any, Any]":
        """Answer a read with one message for each document, a write with one."""
        if name == "Commit":
            return super()._unary_handler(name, method)

        def stream(request: Message, context: grpc.ServicerContext) -> Iterator[Message]:
            try:
                yield from self._answer(name, method, request)
            except RefusalError as refusal:
                context.abort(refusal.code, refusal.message)

        return grpc.unary_stream_rpc_method_handler(
            stream,
            request_deserializer=method.request.deserialize,
            response_serializer=lambda answer: type(answer).serialize(answer),
        )

    def _commit(self, request: types.CommitRequest) -> types.CommitResponse:
        return _relayed(lambda: self._upstream.commit(request, metadata=_metadata(request)))

    def _query(self, request: types.RunQueryRequest) -> Iterable[types.RunQueryResponse]:
        parent = request.parent.split("/documents")[0]
        metadata = ("authorization", "Bearer owner"), ("google-cloud-resource-prefix", parent)
        found = _relayed(lambda: list(self._upstream.run_query(request, metadata=metadata)))
        self.after_query()
        breaks, self.breaks_next_query = self.breaks_next_query, False
        return _broken(found) if breaks else found

    def _get(
        self, request: types.BatchGetDocumentsRequest
    ) -> list[types.BatchGetDocumentsResponse]:
        found = _relayed(
            lambda: list(self._upstream.batch_get_documents(request, metadata=_metadata(request)))
        )
        self.after_read()
        return found


def _metadata(
    request: types.CommitRequest | types.BatchGetDocumentsRequest,
) -> tuple[tuple[str, str], ...]:
    return ("authorization", "Bearer owner"), ("google-cloud-resource-prefix", request.database)


def _broken(found: Sequence[types.RunQueryResponse]) -> Iterator[types.RunQueryResponse]:
    yield found[0]
    raise RefusalError(grpc.StatusCode.UNAVAILABLE, "the line broke")


def _relayed(call: Callable[[], _Answer]) -> _Answer:
    try:
        return call()
    except GoogleAPICallError as error:
        raise RefusalError(
            error.grpc_status_code or grpc.StatusCode.UNKNOWN, error.message
        ) from None
