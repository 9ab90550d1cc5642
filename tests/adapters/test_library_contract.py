"""What library_ports.Library promises, held to by the fake that other tests stand on.

Each call goes to the fake and to Firestore's adapter over the emulator, which must answer alike;
afterwards both hold the same stories, ratings and counters.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from conteur.adapters.firestore_library import FirestoreLibrary
from conteur.domain.data_page import DataPage
from conteur.domain.quota import Standing
from conteur.domain.rating import Rating
from conteur.domain.story import KeptStory, Lease, NewStory
from conteur.use_cases.library_ports import Erased, Library
from conteur.use_cases.ports import Stories
from tests.adapters.firestore_relay import new_project, store_at
from tests.adapters.stored import (
    CHARGE,
    FAILURE,
    NEXT_CHARGE,
    NOW,
    SECONDS,
    TODAY,
    Counted,
    Store,
    claimed_again,
    new_story,
)
from tests.fake_library import FakeLibrary
from tests.fake_store import Shard
from tests.stories import FINISHED

IDS = [f"{digit * 8}-0000-4000-8000-000000000000" for digit in "123"]
ONE, TWO, THREE = (new_story(story_id) for story_id in IDS)
RATING = Rating(4, "a brave fox", NOW)
DAYS = frozenset({TODAY})
MOMENT = timedelta(microseconds=1)
NO_DAYS: frozenset[str] = frozenset()

pytestmark = pytest.mark.server


@dataclass(frozen=True)
class Side:
    """One implementation: its stories, what users do with them, and its counters."""

    stories: Stories
    library: Library
    counted: Callable[[], Counted]

    def claim(self, story: NewStory) -> Lease:
        claimed = self.stories.claim(story, SECONDS)
        assert claimed
        return claimed.lease

    def found(self, story: NewStory) -> KeptStory:
        shelved = self.library.find(story.uid, story.request.request_id, SECONDS)
        assert shelved
        return shelved.kept

    def shown(self) -> list[object]:
        """Return what is kept, without the fences, which are each side's own."""
        shelved = [self.library.find("alice", story_id, SECONDS) for story_id in IDS]
        stories = [each and replace(each, kept=replace(each.kept, fence=None)) for each in shelved]
        return [stories, self.counted(), _paths(self.library.page("alice", "", 100, SECONDS))]


class Both:
    """Two sides that are asked the same."""

    def __init__(self, store: Store) -> None:
        fake = FakeLibrary()

        def counted() -> Counted:
            user = fake.standings.get(("alice", TODAY), Standing())
            shard = fake.shards.get((TODAY, CHARGE.shard), Shard())
            of_budget = (shard.reserved, shard.settled, shard.given_back)
            return Counted(user.stories, user.running, *of_budget)

        firestore = Side(store.stories, FirestoreLibrary(store.client), store.counted)
        self._sides = (Side(fake, fake, counted), firestore)

    def do(self, act: Callable[[Side], object]) -> Any:  # noqa: ANN401 - whatever both answer
        """Return what both sides answer, which must be the same, as must be what they keep."""
        fake, firestore = (act(side) for side in self._sides)
        assert fake == firestore
        kept_by_fake, kept = (side.shown() for side in self._sides)
        assert kept_by_fake == kept
        return firestore

    def claimed(self, story: NewStory) -> None:
        """Begin a story whose attempt is never heard of again."""

        def claim(side: Side) -> None:
            side.claim(story)

        self.do(claim)

    def told(self, *stories: NewStory) -> None:
        for story in stories:
            self.do(partial(_tell, story))

    def keeps(self) -> list[str]:
        paths: list[str] = self.do(lambda side: _paths(side.library.page("alice", "", 9, SECONDS)))
        return paths


def _tell(story: NewStory, side: Side) -> None:
    side.stories.complete(side.claim(story), FINISHED, SECONDS)


def _rate(rating: Rating, side: Side) -> bool:
    return side.library.rate(side.found(ONE), rating, SECONDS)


def _paths(page: DataPage) -> list[str]:
    return [document.path for document in page.documents]


@pytest.fixture
def both(firestore_host: str) -> Iterator[Both]:
    with store_at(firestore_host, new_project()) as store:
        yield Both(store)


def test_nothing_is_there(both: Both) -> None:
    """Of a user who has nothing there is nothing to find, to show or to delete."""
    assert both.do(lambda side: side.library.find("alice", IDS[0], SECONDS)) is None
    assert both.do(lambda side: side.library.page("alice", "", 5, SECONDS)) == DataPage((), "")
    assert both.do(lambda side: side.library.blocked("alice", SECONDS)) is None
    erased = both.do(lambda side: side.library.erase("alice", DAYS, NOW, SECONDS))
    assert erased == Erased(0, 0, complete=True)


@pytest.mark.parametrize("reason", ["a brave fox", ""])
def test_a_rating_is_kept(both: Both, reason: str) -> None:
    """A rating is found with its story, and another one takes its place."""
    both.told(ONE)
    for rating in (replace(RATING, reason=reason), Rating(1, "", NOW + timedelta(seconds=1))):
        assert both.do(partial(_rate, rating))
        shelved = both.do(lambda side: side.library.find("alice", IDS[0], SECONDS).rating)  # type: ignore[union-attr]
        assert shelved == rating


def test_a_story_that_has_changed_is_not_rated_or_removed(both: Both) -> None:
    """Behind a fence that has moved nothing is written, nor where the story is gone."""
    both.told(ONE)

    def late(side: Side) -> tuple[bool, ...]:
        before = side.found(ONE)
        assert side.library.rate(before, RATING, SECONDS)
        moved = side.library.rate(before, RATING, SECONDS), side.library.remove(before, SECONDS)
        now = side.found(ONE)
        assert side.library.remove(now, SECONDS)
        gone = side.library.rate(now, RATING, SECONDS), side.library.remove(now, SECONDS)
        return moved + gone

    assert both.do(late) == (False, False, False, False)


def test_a_removed_story_is_paid_for(both: Both) -> None:
    """What a completed story has cost stays counted, and its rating goes with it."""
    both.told(ONE)
    both.do(lambda side: side.library.rate(side.found(ONE), RATING, SECONDS))
    assert both.do(lambda side: side.library.remove(side.found(ONE), SECONDS))
    assert both.keeps() == [f"quota/{TODAY}"]
    both.told(claimed_again(ONE))
    assert both.do(lambda side: side.library.find("alice", IDS[0], SECONDS).rating) is None  # type: ignore[union-attr]


def test_a_failed_story_has_nothing_to_give_back(both: Both) -> None:
    """A story that has failed is removed, and moves no counter."""
    both.do(lambda side: side.stories.fail(side.claim(ONE), FAILURE, SECONDS))
    assert both.do(lambda side: side.library.remove(side.found(ONE), SECONDS))


def test_what_a_dead_attempt_held_is_given_back(both: Both) -> None:
    """A story that is removed while it is PROCESSING holds nothing any more."""
    both.claimed(ONE)
    assert both.do(lambda side: side.library.remove(side.found(ONE), SECONDS))
    assert both.do(lambda side: side.counted()) == Counted(reserved=500, given_back=500)


@pytest.mark.parametrize("deleted", [False, True])
def test_pages(both: Both, *, deleted: bool) -> None:
    """Pages follow one another by paths, whatever was deleted between, and the last one says so."""
    both.told(ONE, TWO, THREE)

    def page(after: str) -> DataPage:
        def shape(side: Side) -> DataPage:
            return _shape(side.library.page("alice", after, 2, SECONDS))

        shown: DataPage = both.do(shape)
        return shown

    first = page("")
    assert _paths(first) == [first.documents[0].path, f"stories/{IDS[0]}"]
    if deleted:
        both.do(lambda side: side.library.remove(side.found(ONE), SECONDS))
    second = page(first.last)
    assert (_paths(second), second.last) == ([f"stories/{IDS[1]}", f"stories/{IDS[2]}"], "")


def _shape(page: DataPage) -> DataPage:
    return replace(page, documents=tuple(replace(each, data={}) for each in page.documents))


def test_an_erasure(both: Both) -> None:
    """All goes but the counters of the days that are kept, and nothing of anybody else's."""
    both.told(ONE, replace(TWO, charge=NEXT_CHARGE), replace(THREE, uid="bob"))
    both.claimed(THREE)
    erased = both.do(lambda side: side.library.erase("alice", DAYS, NOW, SECONDS))
    assert erased == Erased(4, 3, complete=True)
    assert both.keeps() == [f"quota/{TODAY}"]
    both.do(lambda side: side.library.find("bob", IDS[2], SECONDS) and None)
    assert both.do(lambda side: _paths(side.library.page("bob", "", 9, SECONDS))) == [
        f"quota/{TODAY}",
        f"stories/{IDS[2]}",
    ]


@pytest.mark.parametrize(
    ("now", "counted"),
    [
        (ONE.lease_until - MOMENT, Counted(stories=1, reserved=500, settled=500)),
        (ONE.lease_until, Counted(reserved=500, given_back=500)),
    ],
)
def test_an_erased_story_is_charged_while_its_lease_lasts(
    both: Both, now: datetime, counted: Counted
) -> None:
    """A story that is being told is charged at its reservation, a dead attempt's not at all."""
    both.claimed(ONE)
    erased = both.do(lambda side: side.library.erase("alice", DAYS, now, SECONDS))
    assert erased == Erased(1, 1, complete=True)
    assert both.do(lambda side: side.counted()) == counted


def test_counters_of_no_kept_day_go_too(both: Both) -> None:
    """A day's counters that limit nobody any more are deleted like all else, after the stories."""
    both.claimed(ONE)
    erased = both.do(lambda side: side.library.erase("alice", NO_DAYS, NOW, SECONDS))
    assert (erased, both.keeps()) == (Erased(2, 1, complete=True), [])
