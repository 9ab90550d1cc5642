"""A Firestore that refuses, in every way that it has."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import grpc
import pytest
from google.cloud.firestore import Client
from google.cloud.firestore_v1.types import CommitRequest

from conteur.adapters.firestore_stories import FirestoreStories
from conteur.domain.story import Lease, StoryFailure
from conteur.errors import DeadlineError
from scripts.local.standins.server import Method, RefusalError, StandIn

LEASE = Lease("alice", "id-1", 1, datetime(2026, 1, 1, tzinfo=UTC))
FAILURE = StoryFailure(
    "BUG", "x", {}, retryable=True, released="", failed=datetime(2026, 1, 1, tzinfo=UTC)
)
CODES = [
    grpc.StatusCode.ABORTED,
    grpc.StatusCode.INTERNAL,
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.PERMISSION_DENIED,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
    grpc.StatusCode.UNAVAILABLE,
]


class RefusingFirestore(StandIn):
    """Answers every commit with one status."""

    service = "google.firestore.v1.Firestore"
    code = grpc.StatusCode.INTERNAL

    def methods(self) -> Mapping[str, Method]:
        return {"Commit": Method(CommitRequest, self._refuse)}

    def _refuse(self, _request: object) -> object:
        raise RefusalError(self.code, "refused on purpose")


@pytest.fixture
def firestore(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[RefusingFirestore, Client]]:
    firestore = RefusingFirestore()
    with firestore.serve() as host:
        monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", host)
        client = Client(project="demo-conteur")
        yield firestore, client
        client.close()


@pytest.mark.parametrize("code", CODES)
def test_every_refusal_is_told_in_our_terms(
    firestore: tuple[RefusingFirestore, Client], code: grpc.StatusCode
) -> None:
    """Whatever Firestore answers, the story's text is not lost to an error that nobody expects."""
    refusing, client = firestore
    refusing.code = code
    with pytest.raises(DeadlineError) as error:
        FirestoreStories(client).fail(LEASE, FAILURE, timeout=5)
    assert error.value.facts["phase"] == "store"
