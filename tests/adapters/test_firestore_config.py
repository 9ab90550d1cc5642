"""The operator's document in the real Firestore emulator."""

import grpc
import pytest

from conteur.adapters.firestore_config import DOCUMENT, FirestoreConfig
from conteur.errors import DeadlineError
from tests.adapters.firestore_relay import FirestoreRelay, new_project, store_at
from tests.adapters.stored import SECONDS, Store

pytestmark = pytest.mark.server

FIELDS = {"generation": {"enabled": False}, "models": ["a", "b"], "limits": {"budgetUsdPerDay": 2}}
NOTES = {"revision": 3, "changedAt": "now", "changedBy": "ada", "reason": "a test"}


def test_the_knobs_are_read_without_the_notes(store: Store) -> None:
    """The document's fields come as they were written, but who changed it, when and why."""
    store.client.document(DOCUMENT).set({**FIELDS, **NOTES})
    assert FirestoreConfig(store.client).read(SECONDS) == FIELDS


def test_no_document_turns_no_knob(store: Store) -> None:
    """Where nobody has turned a knob there are no fields."""
    assert FirestoreConfig(store.client).read(SECONDS) == {}


def test_one_call_for_a_reading(firestore_host: str, project: str, store: Store) -> None:
    """A reading takes one round trip; a line that breaks costs another one."""
    store.client.document(DOCUMENT).set(FIELDS)
    with FirestoreRelay.to(firestore_host) as relay, relay.serve() as host:
        relay.fail_first_tries(lost_answer=True)
        with store_at(host, project) as flapping:
            assert FirestoreConfig(flapping.client).read(SECONDS) == FIELDS
    assert relay.calls[1:] == ["BatchGetDocuments"] * 2


def test_a_refusal_is_a_time_out(
    firestore_host: str, project: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where Firestore refuses, the log has what the operator mends."""
    with FirestoreRelay.to(firestore_host) as relay, relay.serve() as host:
        relay.say_once(grpc.StatusCode.PERMISSION_DENIED)
        with store_at(host, project) as refused, pytest.raises(DeadlineError):
            FirestoreConfig(refused.client).read(SECONDS)
    assert "roles/datastore.user" in capsys.readouterr().out


def test_config_out_of_reach() -> None:
    """A store that cannot be reached is a time-out that names its phase."""
    with (
        store_at("127.0.0.1:9", new_project()) as unreachable,
        pytest.raises(DeadlineError) as error,
    ):
        FirestoreConfig(unreachable.client).read(timeout=0.3)
    assert error.value.facts == {"phase": "admission", "cause": "network"}
