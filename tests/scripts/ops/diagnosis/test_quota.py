"""What the user had left, then and now."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from google.cloud.firestore import Client

from scripts.ops.diagnosis.calls import Calls
from scripts.ops.diagnosis.quota import quota_now, quota_of
from scripts.ops.place import FIRESTORE, Place, emulated
from tests.scripts.ops.diagnosis import scenes
from tests.scripts.ops.diagnosis.scenes import case

UID = "ada"


@pytest.fixture
def place(firestore_host: str) -> Place:
    project = f"demo-{uuid4().hex[:8]}"
    return Place(project, project, {FIRESTORE: firestore_host})


@pytest.fixture
def firestore(place: Place) -> Iterator[Client]:
    with emulated(place):
        client = Client(project=place.project)
    yield client
    client.close()


def test_the_claim_tells_the_counters_of_then() -> None:
    """They are those after the claim, with their limits."""
    [call] = Calls.of(case(*scenes.success())).all
    assert str(quota_of(call)) == "3 of 20 stories of the day, 1 of 2 at once"


def test_a_refusal_tells_them_as_far_as_they_were_known() -> None:
    """An instance that remembers the user refuses without reading."""
    [call] = Calls.of(case(*scenes.refused("USER_QUOTA", stories=20, stories_limit=20))).all
    assert str(quota_of(call)) == "20 of 20 stories of the day"


def test_a_call_that_claims_nothing_tells_of_no_quota() -> None:
    """A request without a token has no user."""
    [call] = Calls.of(case(*scenes.unauthorized())).all
    assert quota_of(call) is None


@pytest.mark.server
def test_the_counters_of_the_calls_day_are_read(place: Place, firestore: Client) -> None:
    """The story's state too, and nothing of what was asked for or told."""
    firestore.document(f"users/{UID}/quota/2026-11-22").set({"stories": 4, "running": 0})
    story = {
        "status": {"state": "FAILED", "holder": "x"},
        "text": "Once",
        "request": {"prompt": "a"},
    }
    firestore.document(f"users/{UID}/stories/{scenes.ID}").set(story)
    now = quota_now(place, UID, scenes.ID, scenes.BEGAN)
    assert now.counters == {"stories": 4, "running": 0}
    assert now.story == {"status": {"state": "FAILED"}}


@pytest.mark.server
def test_a_story_that_is_gone_is_said_to_be(place: Place) -> None:
    """So is a user who told none that day."""
    now = quota_now(place, UID, scenes.ID, scenes.BEGAN)
    assert (
        str(now)
        == "counters of 2026-11-22: none; the story's document: there is no document of this story"
    )


@pytest.mark.parametrize("uid", ["", "a/b"])
def test_what_is_no_user_is_not_asked_for(uid: str) -> None:
    """A slash would name another document."""
    nowhere = Place("demo-x", "demo-x", {FIRESTORE: "127.0.0.1:9"})
    assert "no user's id" in quota_now(nowhere, uid, scenes.ID, scenes.BEGAN).problem


def test_firestore_out_of_reach_is_told() -> None:
    """And keeps nothing else from being told."""
    nowhere = Place("demo-x", "demo-x", {FIRESTORE: "127.0.0.1:9"})
    assert "Firestore could not be read" in str(quota_now(nowhere, UID, scenes.ID, scenes.BEGAN))
