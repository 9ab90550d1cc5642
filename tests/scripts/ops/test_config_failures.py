"""`scripts/config` where somebody else was faster, or Firestore does not answer."""

import os
from pathlib import Path

import grpc
import pytest

from conteur.adapters.firestore_config import DOCUMENT
from scripts.local.standins.server import Fault
from scripts.ops.config import ROOT, main
from scripts.ops.config_change import make_change
from scripts.ops.config_errors import ConflictError
from scripts.ops.config_rules import find_rules
from scripts.ops.config_store import ConfigStore, connected
from scripts.ops.place import find_place
from tests.adapters.firestore_relay import FirestoreRelay
from tests.scripts.ops.config_operator import CONFLICT, FAILED, Operator

pytestmark = pytest.mark.server


@pytest.mark.parametrize("exists", [True, False])
def test_two_operators(
    ada: Operator, firestore_host: str, monkeypatch: pytest.MonkeyPatch, *, exists: bool
) -> None:
    """Who was slower overwrites nothing, and is told what to do."""
    if exists:
        ada.set("deadlineSec=20")

    def bob() -> None:
        bobs = ConfigStore(ada.store.client, "bob's")
        stored = bobs.read()
        change = make_change(stored.fields, ["generation.enabled=false"], [], rules)
        bobs.write(stored, change, "bob", "faster")

    place = find_place(ROOT, ada.project, os.environ, local=False)
    rules = find_rules(ROOT, place, os.environ)
    with FirestoreRelay.to(firestore_host) as relay, relay.serve() as host:
        relay.after_read = bob
        monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", host)
        assert ada.set("generation.enabled=true", "deadlineSec=30") == CONFLICT
    assert "Look at what they did with `scripts/config history`" in ada.refused()
    assert ada.fields()["generation"] == {"enabled": False}
    assert len(ada.records()) == 1 + exists


def test_a_document_that_went_away(ada: Operator) -> None:
    """A document that somebody deleted meanwhile is not made anew out of what was read."""
    ada.set("deadlineSec=20")
    place = find_place(ROOT, ada.project, os.environ, local=False)
    rules = find_rules(ROOT, place, os.environ)
    with connected(place) as store:
        stored = store.read()
        ada.store.client.document(DOCUMENT).delete()
        change = make_change(stored.fields, ["deadlineSec=30"], [], rules)
        with pytest.raises(ConflictError):
            store.write(stored, change, "ada", "late")
    assert ada.fields() == {}


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (grpc.StatusCode.PERMISSION_DENIED, "Ask an owner of the project for roles/datastore.user"),
        (grpc.StatusCode.NOT_FOUND, "the project has no (default) Firestore database"),
        (grpc.StatusCode.UNAUTHENTICATED, "Run `gcloud auth application-default login`"),
        (grpc.StatusCode.UNAVAILABLE, "Firestore could not be reached in time"),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, "Firestore refused"),
    ],
)
def test_what_keeps_firestore_from_answering(
    ada: Operator,
    firestore_host: str,
    monkeypatch: pytest.MonkeyPatch,
    code: grpc.StatusCode,
    told: str,
) -> None:
    """A failure says what happened, what it means and what to do."""
    with FirestoreRelay.to(firestore_host) as relay, relay.serve() as host:
        relay.say_once(code)
        monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", host)
        assert ada.run("get") == FAILED
    refused = ada.refused()
    assert told in refused
    assert "The knobs are as they were." in refused


@pytest.mark.parametrize(
    ("call", "meaning"),
    [(2, "The knobs are as they were."), (3, "Whether the change was made is not known")],
)
def test_an_answer_that_is_lost(
    ada: Operator, firestore_host: str, monkeypatch: pytest.MonkeyPatch, call: int, meaning: str
) -> None:
    """Whoever does not hear whether the change was made is told so: the third call makes it."""
    with FirestoreRelay.to(firestore_host) as relay, relay.serve() as host:
        relay.fault = Fault(grpc.StatusCode.UNAVAILABLE, every=call, lost_answer=True)
        monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", host)
        assert ada.set("deadlineSec=20") == FAILED
    assert meaning in ada.refused()
    assert relay.calls == ["BatchGetDocuments", "RunQuery", "Commit"][:call]


def test_a_history_that_breaks_off(
    ada: Operator, firestore_host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line that breaks between two records is told like any other failure."""
    ada.set("deadlineSec=20")
    ada.set("deadlineSec=21")
    with FirestoreRelay.to(firestore_host) as relay, relay.serve() as host:
        relay.breaks_next_query = True
        monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", host)
        assert ada.run("history") == FAILED
    assert "Firestore could not be reached in time" in ada.refused()


def test_without_credentials(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A person who is not logged in is told how to."""
    monkeypatch.delenv("FIRESTORE_EMULATOR_HOST", raising=False)
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    assert main(["get", "-P", "production"]) == FAILED
    told = capsys.readouterr().err
    assert told.startswith("production (conteur-production): there are no credentials")
    assert "gcloud auth application-default login" in told
