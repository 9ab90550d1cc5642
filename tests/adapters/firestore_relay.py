"""A Firestore that passes calls on to the emulator, and breaks the line on purpose."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Self, TypeVar

import grpc
import pytest
from google.api_core.exceptions import GoogleAPICallError
from google.cloud.firestore_v1 import types
from google.cloud.firestore_v1.services.firestore import FirestoreClient
from google.cloud.firestore_v1.services.firestore.transports import FirestoreGrpcTransport

from conteur.adapters.firestore_client import ReconnectingClient
from conteur.adapters.firestore_stories import FirestoreStories
from scripts.local.standins.server import Fault, Method, RefusalError, StandIn

PROJECT = "demo-conteur"
METADATA = (
    ("authorization", "Bearer owner"),
    ("google-cloud-resource-prefix", f"projects/{PROJECT}/databases/(default)"),
)

_Answer = TypeVar("_Answer")


@contextmanager
def stories_at(host: str) -> Iterator[FirestoreStories]:
    """Yield the adapter over the real client library, connected to `host`."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("FIRESTORE_EMULATOR_HOST", host)
        client = ReconnectingClient(project=PROJECT)
    yield FirestoreStories(client)
    client.close()  # type: ignore[no-untyped-call]  # the library's own is untyped


class FirestoreRelay(StandIn):
    """What the adapter calls, answered by the emulator."""

    service = "google.firestore.v1.Firestore"

    def __init__(self, upstream: FirestoreClient) -> None:
        super().__init__()
        self._upstream = upstream

    @classmethod
    @contextmanager
    def to(cls, emulator: str) -> Iterator[Self]:
        with grpc.insecure_channel(emulator) as channel:
            yield cls(FirestoreClient(transport=FirestoreGrpcTransport(channel=channel)))

    def fail_first_tries(self, *, lost_answer: bool) -> None:
        """Have every other call fail from the next one on, so each write and read needs two."""
        self.calls[:] = ["a call before"]
        self.fault = Fault(grpc.StatusCode.UNAVAILABLE, every=2, lost_answer=lost_answer)

    def methods(self) -> Mapping[str, Method]:
        """Return the two methods that the adapter calls."""
        return {
            "Commit": Method(types.CommitRequest, self._commit),
            "BatchGetDocuments": Method(types.BatchGetDocumentsRequest, self._get),
        }

    def _commit(self, request: types.CommitRequest) -> types.CommitResponse:
        return _relayed(lambda: self._upstream.commit(request, metadata=METADATA))

    def _get(self, request: types.BatchGetDocumentsRequest) -> types.BatchGetDocumentsResponse:
        # One document is asked for: on the wire, a stream of one message is that message.
        return _relayed(
            lambda: next(iter(self._upstream.batch_get_documents(request, metadata=METADATA)))
        )


def _relayed(call: Callable[[], _Answer]) -> _Answer:
    try:
        return call()
    except GoogleAPICallError as error:
        raise RefusalError(
            error.grpc_status_code or grpc.StatusCode.UNKNOWN, error.message
        ) from None
