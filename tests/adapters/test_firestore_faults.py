"""A Firestore that refuses or is late, in every way that it has."""

import json
from collections.abc import Iterator, Mapping

import grpc
import pytest
from google.cloud.firestore_v1.types import (
    BatchGetDocumentsRequest,
    BatchGetDocumentsResponse,
    CommitRequest,
    CommitResponse,
    Value,
    Write,
    WriteResult,
)

from conteur.adapters.firestore_stories import FirestoreStories
from conteur.domain.story import Lease
from conteur.errors import DeadlineError
from scripts.local.standins.server import Fault, Method, StandIn
from tests.adapters.firestore_relay import new_project, store_at
from tests.adapters.stored import CHARGE, FAILURE, LONG_AGO, NOW, SECONDS

LEASE = Lease("alice", "id-1", 1, LONG_AGO, "holder", CHARGE)
MENDED = {
    grpc.StatusCode.PERMISSION_DENIED: "roles/datastore.user",
    grpc.StatusCode.NOT_FOUND: "create the (default) Firestore database",
    grpc.StatusCode.UNAUTHENTICATED: "service account",
    grpc.StatusCode.RESOURCE_EXHAUSTED: "quota",
    grpc.StatusCode.INTERNAL: "status.firebase.google.com",
    grpc.StatusCode.INVALID_ARGUMENT: "report the error",
}
PASSING = [grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.ABORTED]


class FaultyFirestore(StandIn):
    """Takes every commit that its fault lets through, and keeps none: what is read is not there."""

    service = "google.firestore.v1.Firestore"

    def methods(self) -> Mapping[str, Method]:
        return {
            "Commit": Method(CommitRequest, self._commit),
            "BatchGetDocuments": Method(BatchGetDocumentsRequest, self._get),
        }

    def _get(self, request: BatchGetDocumentsRequest) -> BatchGetDocumentsResponse:
        return BatchGetDocumentsResponse(missing=request.documents[0], read_time=NOW)

    def _commit(self, request: CommitRequest) -> CommitResponse:
        return CommitResponse(write_results=[_taken(w) for w in request.writes], commit_time=NOW)


def _taken(write: Write) -> WriteResult:
    counters = [Value(integer_value=1) for _ in write.update_transforms]
    return WriteResult(update_time=NOW, transform_results=counters)


@pytest.fixture
def firestore() -> FaultyFirestore:
    return FaultyFirestore()


@pytest.fixture
def stories(firestore: FaultyFirestore) -> Iterator[FirestoreStories]:
    with firestore.serve() as host, store_at(host, new_project()) as store:
        yield store.stories


def _problem(stories: FirestoreStories, timeout: float = SECONDS) -> DeadlineError:
    with pytest.raises(DeadlineError) as caught:
        stories.fail(LEASE, FAILURE, timeout)
    assert caught.value.phase == "store"
    return caught.value


@pytest.mark.parametrize("code", MENDED)
def test_a_refusal_is_met_once_and_tells_the_operator_what_to_do(
    firestore: FaultyFirestore,
    stories: FirestoreStories,
    capsys: pytest.CaptureFixture[str],
    code: grpc.StatusCode,
) -> None:
    """What another try would not mend is asked for once, and logged with its mend.

    Where something is not found, another look says whether that is the story's document alone.
    """
    firestore.fault = Fault(code)
    assert "cause" not in _problem(stories).facts
    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (line["event"], line["severity"]) == ("store.failed", "ERROR")
    assert MENDED[code] in line["mend"]
    looks = ["BatchGetDocuments"] if code is grpc.StatusCode.NOT_FOUND else []
    assert firestore.calls == ["Commit", *looks]


@pytest.mark.parametrize("code", PASSING)
def test_a_failure_that_passes_is_not_noticed(
    firestore: FaultyFirestore, stories: FirestoreStories, code: grpc.StatusCode
) -> None:
    """A lost line and contention are met with another try."""
    firestore.calls.append("a call before")
    firestore.fault = Fault(code, every=2)
    stories.fail(LEASE, FAILURE, SECONDS)
    assert firestore.calls[1:] == ["Commit", "Commit"]


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        (grpc.StatusCode.UNAVAILABLE, {"phase": "store", "cause": "network"}),
        (grpc.StatusCode.ABORTED, {"phase": "store"}),
    ],
)
def test_a_store_that_stays_away_is_left_in_time(
    firestore: FaultyFirestore,
    stories: FirestoreStories,
    code: grpc.StatusCode,
    facts: dict[str, str],
) -> None:
    """Tries end with the time-out, and a network that fails is told from a busy document."""
    firestore.fault = Fault(code)
    assert _problem(stories, timeout=0.2).facts == facts


def test_a_slow_store_is_left_in_time(
    firestore: FaultyFirestore, stories: FirestoreStories, capsys: pytest.CaptureFixture[str]
) -> None:
    """A store that takes too long is no network's fault, and nothing to wake an operator for."""
    firestore.fault = Fault(delay_seconds=SECONDS)
    assert _problem(stories, timeout=0.05).facts == {"phase": "store"}
    assert "store.failed" not in capsys.readouterr().out
