"""Writes that are filled in here are those that Firestore's own client would send."""

from datetime import UTC, datetime, timedelta

import pytest
from google.api_core.datetime_helpers import DatetimeWithNanoseconds
from google.cloud.firestore import DELETE_FIELD, Increment, WriteBatch
from google.cloud.firestore_v1.types import Write

from conteur.adapters import firestore_writes as writes
from conteur.adapters.firestore_client import ReconnectingClient
from conteur.adapters.story_documents import Document, claimed, completed, failed, renewed
from conteur.domain.story import Checkpoint, State, StoryFailure
from tests.adapters.stored import NOW, new_story
from tests.stories import FINISHED

PATH = "users/alice/stories/story"
FENCE = DatetimeWithNanoseconds(2026, 1, 2, 3, 4, 5, nanosecond=123456789, tzinfo=UTC)
EVERYTHING: Document = {
    "text": "l'été",
    "truth": True,
    "lie": False,
    "number": -(2**63),
    "ratio": 0.1,
    "nothing": None,
    "enum": State.COMPLETED,
    "time": datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
    "map": {"empty": {}, "list": [1, "two", {"three": 3.0}, []]},
}
FAILURE = StoryFailure("TIMEOUT", "too late", {"phase": "idle"}, True, "Once", NOW)  # noqa: FBT003 - read back as it is
UPDATES = (
    completed(FINISHED),
    failed(FAILURE),
    renewed(Checkpoint("Once", NOW, NOW + timedelta(seconds=20))),
    {"a.b.c": 1, "a.b.d": DELETE_FIELD, "a.e": "x", "f": EVERYTHING},
)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> ReconnectingClient:
    """A client that is asked nothing: what it would send is looked at."""
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", "127.0.0.1:9")
    return ReconnectingClient(project="demo-writes")


def sent(batch: WriteBatch) -> writes.Message:
    (write,) = batch._write_pbs  # noqa: SLF001 - what the library would send
    return Write.pb(write)


@pytest.mark.parametrize("fields", [EVERYTHING, claimed(new_story(), 1)])
def test_a_creation_is_the_library_s(client: ReconnectingClient, fields: Document) -> None:
    """Every kind of value, and a whole story, is told as the library tells it."""
    batch = client.batch()
    batch.create(client.document(PATH), fields)
    assert writes.creation(client.name_of(PATH), fields) == sent(batch)


@pytest.mark.parametrize("fields", UPDATES)
def test_a_change_is_the_library_s(client: ReconnectingClient, fields: Document) -> None:
    """Dotted paths, deleted fields and the fence are told as the library tells them."""
    batch = client.batch()
    only_then = client.write_option(last_update_time=FENCE.timestamp_pb())
    batch.update(client.document(PATH), fields, only_then)
    assert writes.change(client.name_of(PATH), fields, FENCE) == sent(batch)


def test_a_deletion_is_the_library_s(client: ReconnectingClient) -> None:
    """The fence of what a query found, a protobuf message, is as good as any."""
    batch = client.batch()
    only_then = client.write_option(last_update_time=FENCE.timestamp_pb())
    batch.delete(client.document(PATH), only_then)
    assert writes.deletion(client.name_of(PATH), FENCE.timestamp_pb()) == sent(batch)


def test_an_increase_is_the_library_s(client: ReconnectingClient) -> None:
    """Increments and the fields beside them are told as the library tells them."""
    batch = client.batch()
    fields = {"running": Increment(-1), "stories": Increment(1), "expiresAt": NOW}
    batch.set(client.document(PATH), fields, merge=True)
    increase = writes.increase(
        client.name_of(PATH), {"running": -1, "stories": 1}, {"expiresAt": NOW}
    )
    assert increase == sent(batch)


def test_what_firestore_cannot_hold_is_refused() -> None:
    """A value of another kind is a mistake of ours, told before anything is sent."""
    with pytest.raises(TypeError, match="set"):
        writes.creation(PATH, {"names": {"a", "b"}})
