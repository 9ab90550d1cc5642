"""A user's stories in the real Firestore emulator, for what apps do with them besides telling."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from google.cloud.firestore import GeoPoint

from conteur.adapters.firestore_library import FirestoreLibrary
from conteur.domain.chapter import Chapter, Sequel
from conteur.domain.data_page import MOST_BYTES
from conteur.domain.rating import Rating
from conteur.domain.story import NewStory
from conteur.domain.story_request import (
    Audience,
    Character,
    Genre,
    Objective,
    StoryRequest,
    Tone,
)
from conteur.errors import DeadlineError
from tests.adapters.firestore_relay import FirestoreRelay, store_at
from tests.adapters.stored import FAILED, FAILURE, NOW, SECONDS, Store, new_story
from tests.stories import FINISHED

RATING = Rating(4, "a brave fox", NOW)
FULL = StoryRequest(
    request_id="4b0ac0e2-6f0c-4a8e-9a35-6a1f3c1d2e3f",
    prompt="a fox",
    language="fr-CA",
    audience=Audience.PRETEENS,
    genre=Genre.ANIMALS,
    objective=Objective.SLEEP,
    tone=Tone.POETIC,
    words=250,
    characters=(Character("Mia", "curious"), Character("Noé")),
    continue_from="5b0ac0e2-6f0c-4a8e-9a35-6a1f3c1d2e3f",
)

pytestmark = pytest.mark.server


@pytest.fixture
def library(store: Store) -> FirestoreLibrary:
    return FirestoreLibrary(store.client)


@pytest.fixture
def relay(firestore_host: str) -> Iterator[FirestoreRelay]:
    with FirestoreRelay.to(firestore_host) as relay:
        yield relay


@pytest.fixture
def flapping(relay: FirestoreRelay, project: str) -> Iterator[FirestoreLibrary]:
    with relay.serve() as host, store_at(host, project) as store:
        yield FirestoreLibrary(store.client)


def told(store: Store, story: NewStory) -> str:
    store.stories.complete(store.claimed(story), FINISHED, SECONDS)
    return story.request.request_id


@pytest.mark.parametrize("request_", [FULL, new_story().request], ids=["full", "small"])
def test_a_chapter(store: Store, library: FirestoreLibrary, request_: StoryRequest) -> None:
    """A completed story is a chapter with all that it was told for, part one of itself."""
    story_id = told(store, replace(new_story(), request=request_))
    assert library.chapter("alice", story_id, SECONDS) == Chapter(
        story_id, FINISHED.story.title, FINISHED.story.text, request_, part=1, series=story_id
    )


def test_a_chapter_of_a_series(store: Store, library: FirestoreLibrary) -> None:
    """A story that goes on from another one says where it stands."""
    story_id = told(store, replace(new_story(), sequel=Sequel(3, "first", "The Fox", "Once")))
    chapter = library.chapter("alice", story_id, SECONDS)
    assert chapter
    assert (chapter.part, chapter.series) == (3, "first")


def test_a_chapter_of_a_story_that_broke_off(store: Store, library: FirestoreLibrary) -> None:
    """What was let out of a failed story can be gone on from, though it has no title."""
    lease = store.claimed(new_story())
    store.stories.fail(lease, FAILURE, SECONDS)
    chapter = library.chapter("alice", lease.story_id, SECONDS)
    assert chapter
    assert (chapter.title, chapter.text) == ("", FAILURE.released)


def test_what_is_no_chapter(store: Store, library: FirestoreLibrary) -> None:
    """Nothing is gone on from that is missing, another's, empty, or being told."""
    told_now, empty = store.claimed(new_story()), store.claimed(new_story())
    store.client.document(f"users/alice/stories/{told_now.story_id}").update({"text": "Once"})
    store.stories.fail(empty, replace(FAILURE, released=""), SECONDS)
    others = told(store, replace(new_story(), uid="bob"))
    for story_id in ("missing", others, empty.story_id, told_now.story_id):
        assert library.chapter("alice", story_id, SECONDS) is None


def test_a_chapter_in_newer_words(
    store: Store, library: FirestoreLibrary, capsys: pytest.CaptureFixture[str]
) -> None:
    """A story of a newer revision, whose words are not understood, is none, and is logged."""
    story_id = told(store, new_story())
    store.client.document(f"users/alice/stories/{story_id}").update({"request.audience": "0-2"})
    assert library.chapter("alice", story_id, SECONDS) is None
    assert "story.unreadable" in capsys.readouterr().out


@pytest.mark.parametrize("lost_answer", [False, True])
def test_a_rating_over_a_bad_line(
    store: Store,
    library: FirestoreLibrary,
    flapping: FirestoreLibrary,
    relay: FirestoreRelay,
    *,
    lost_answer: bool,
) -> None:
    """A rating is taken once; where only its answer was lost, it is found with the story."""
    story_id = told(store, new_story())
    found = library.find("alice", story_id, SECONDS)
    assert found
    relay.fail_first_tries(lost_answer=lost_answer)
    assert flapping.rate(found.kept, RATING, SECONDS) is not lost_answer
    again = library.find("alice", story_id, SECONDS)
    assert again
    assert again.rating == RATING


@pytest.mark.parametrize("lost_answer", [False, True])
def test_a_removal_over_a_bad_line(
    store: Store,
    library: FirestoreLibrary,
    flapping: FirestoreLibrary,
    relay: FirestoreRelay,
    *,
    lost_answer: bool,
) -> None:
    """A story is deleted once, and what it held given back once."""
    lease = store.claimed(new_story())
    found = library.find("alice", lease.story_id, SECONDS)
    assert found
    relay.fail_first_tries(lost_answer=lost_answer)
    assert flapping.remove(found.kept, SECONDS) is not lost_answer
    assert library.find("alice", lease.story_id, SECONDS) is None
    assert store.counted() == FAILED


def test_the_rest_of_the_document_is_left(store: Store, library: FirestoreLibrary) -> None:
    """A rating changes nothing else of the story, and a reason is kept only where there is one."""
    story = new_story()
    told(store, story)
    before = store.document(story)
    library.rate(store.kept(story), replace(RATING, reason=""), SECONDS)
    assert store.document(story) == {**before, "rating": {"stars": 4, "at": NOW}}


def test_an_export_has_every_kind_of_value(store: Store, library: FirestoreLibrary) -> None:
    """Whatever fields a document has, and however deep it lies, they are shown as JSON's."""
    at = datetime(2026, 1, 1, 12, 30, 15, 250_000, tzinfo=UTC)
    where = store.client.document("users/alice/stories/s")
    values = {
        "time": at,
        "none": None,
        "yes": True,
        "whole": 2**53,
        "half": 0.5,
        "numbers": [float("nan"), float("inf"), float("-inf")],
        "bytes": b"\x00\xff",
        "point": GeoPoint(1.5, -2.0),
        "story": where,
        "map": {"text": "é\n", "empty": {}, "list": []},
    }
    store.client.document("users/alice/stories/s/drafts/d").set(values)
    (shown,) = library.page("alice", "", 5, SECONDS).documents
    assert shown.path == "stories/s/drafts/d"
    assert shown.data == {
        "time": "2026-01-01T12:30:15.250Z",
        "none": None,
        "yes": True,
        "whole": 2**53,
        "half": 0.5,
        "numbers": ["NaN", "Infinity", "-Infinity"],
        "bytes": "AP8=",
        "point": {"latitude": 1.5, "longitude": -2.0},
        "story": "users/alice/stories/s",
        "map": {"text": "é\n", "empty": {}, "list": []},
    }


def test_an_export_of_large_stories(store: Store, library: FirestoreLibrary) -> None:
    """A page holds fewer documents than were asked for where these are large."""
    text = "é" * 500_000
    for number in range(7):
        store.client.document(f"users/alice/stories/{number}").set({"text": text})
    first = library.page("alice", "", 100, SECONDS)
    second = library.page("alice", first.last, 100, SECONDS)
    pages = [[document.path[-1] for document in page.documents] for page in (first, second)]
    assert pages == [["0", "1", "2", "3"], ["4", "5", "6"]]
    assert 4 * len(text.encode()) < MOST_BYTES <= 5 * len(text.encode())


def test_a_page_never_leaves_its_user(store: Store, library: FirestoreLibrary) -> None:
    """Wherever a page begins, it has nothing of the users before and after in the alphabet."""
    for uid in ("alic", "alice", "alice0", "bob"):
        store.client.document(f"users/{uid}/stories/s").set({"of": uid})
    for after in ("", "a/b", "quota/x"):
        shown = library.page("alice", after, 9, SECONDS).documents
        assert {document.data["of"] for document in shown} <= {"alice"}
    assert library.page("alice", "zebra/z", 9, SECONDS).documents == ()


@pytest.mark.parametrize("breaks", [False, True])
def test_a_page_over_a_bad_line(
    store: Store, flapping: FirestoreLibrary, relay: FirestoreRelay, *, breaks: bool
) -> None:
    """A page whose line breaks is read again from its beginning."""
    ids = sorted(told(store, new_story()) for _ in range(3))
    if breaks:
        relay.breaks_next_query = True
    else:
        relay.fail_first_tries(lost_answer=False)
    page = flapping.page("alice", "quota/9", 5, SECONDS)
    assert [document.path for document in page.documents] == [f"stories/{each}" for each in ids]


def test_a_blocked_user(store: Store, library: FirestoreLibrary) -> None:
    """What the operator has noted of a blocked user is shown to that user alone."""
    store.client.document("blocked/alice").set({"reason": "spam", "at": NOW})
    noted = library.blocked("alice", SECONDS)
    assert noted == {"reason": "spam", "at": "2026-01-01T00:00:00Z"}
    assert library.blocked("bob", SECONDS) is None


def test_a_store_that_is_down(flapping: FirestoreLibrary, relay: FirestoreRelay) -> None:
    """Each call is over in time where the store cannot be reached, and says so."""
    relay.fail_first_tries(lost_answer=False)
    assert relay.fault
    relay.fault = replace(relay.fault, every=1)
    for call in (
        lambda: flapping.find("alice", "s", 0.2),
        lambda: flapping.page("alice", "", 1, 0.2),
        lambda: flapping.blocked("alice", 0.2),
        lambda: flapping.erase("alice", frozenset(), NOW, 2.2),
    ):
        with pytest.raises(DeadlineError) as error:
            call()
        assert error.value.phase == "store"
    with pytest.raises(DeadlineError) as admission:
        flapping.chapter("alice", "s", 0.2)
    assert admission.value.phase == "admission"
