"""Sequences of calls that nobody has thought of, in the fake and in Firestore at once."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from conteur.domain.lease import lease_shard
from conteur.domain.story import Checkpoint, KeptStory, Lease, NewStory, State
from conteur.errors import DeadlineError, InProgressError, StoryNotFoundError
from tests.adapters.contract import CHARGES, Both
from tests.adapters.firestore_relay import new_project, store_at
from tests.adapters.stored import FAILURE, NOW, TODAY, new_story, sweeping
from tests.stories import FINISHED

STORY_IDS = ("story-0", "story-1")
TEXTS = ("Once", "Once upon")
FINISHES = [replace(FINISHED, story=replace(FINISHED.story, text=text)) for text in TEXTS]

pytestmark = pytest.mark.server


class Play:
    """Calls with what earlier calls have returned: `pick` chooses among it."""

    def __init__(self, both: Both) -> None:
        self._both = both
        self._claims: list[NewStory] = []
        self._leases: list[Lease] = []
        self._views: list[KeptStory] = []
        self._takeovers: list[tuple[KeptStory, NewStory]] = []
        self._seconds = 0

    def claim(self, pick: int) -> None:
        story = self._new(STORY_IDS[pick % 2], pick)
        self._claims.append(story)
        self._hold(story)

    def claim_again(self, pick: int) -> None:
        if self._claims:
            self._hold(self._claims[pick % len(self._claims)])

    def look(self, pick: int) -> None:
        if kept := self._both.read("alice", STORY_IDS[pick % 2], TODAY).story:
            self._views.append(kept)

    def take_over(self, pick: int) -> None:
        """Take over what was seen before, or, every second time, what is there now."""
        if pick % 2:
            self.look(pick // 2)
        if self._views and (kept := self._view(pick // 2)).state is not State.COMPLETED:
            self._takeovers.append((kept, self._new(kept.story_id, pick)))
            self._take(-1)

    def take_over_again(self, pick: int) -> None:
        if self._takeovers:
            self._take(pick)

    def withdraw(self, pick: int) -> None:
        if self._leases:
            self._both.withdraw(self._lease(pick))

    def checkpoint(self, pick: int) -> None:
        """Keep a text or none; every second time the new fence is not heard of."""
        if self._leases:
            text = (None, *TEXTS)[pick % 3]
            checkpoint = Checkpoint(text, self._later(), self._later())
            renewed = self._both.checkpoint(self._lease(pick), checkpoint)
            if pick % 2:
                self._leases.append(renewed)

    def complete(self, pick: int) -> None:
        if self._leases:
            self._both.complete(self._lease(pick), FINISHES[pick % 2])

    def fail(self, pick: int) -> None:
        if self._leases:
            failure = replace(FAILURE, released=("", *TEXTS)[pick % 3], failed=self._later())
            self._both.fail(self._lease(pick), failure)

    def sweep(self, pick: int) -> None:
        if pick % 2:
            self.look(pick // 2)
        if self._views and (kept := self._view(pick // 2)).state is State.PROCESSING:
            failure = replace(FAILURE, released=kept.released, failed=self._later())
            self._both.fail(sweeping(kept), failure)

    def complete_late(self, pick: int) -> None:
        """Save a story late, but not where it was seen to be complete: nobody asks for that.

        Firestore does not move the fence of a document that a write leaves as it is.
        """
        if pick % 3:
            self.look(pick // 3)
        if self._views and (kept := self._view(pick)).state is not State.COMPLETED:
            self._both.complete_late(kept, FINISHES[pick % 2])

    def expired(self, pick: int) -> None:
        shard = lease_shard(STORY_IDS[pick % 2])
        self._views += self._both.expired(shard, NOW + timedelta(seconds=pick), 1 + pick % 2)

    def _hold(self, story: NewStory) -> None:
        if claimed := self._both.claim(story):
            self._leases.append(claimed.lease)

    def _take(self, pick: int) -> None:
        kept, story = self._takeovers[pick % len(self._takeovers)]
        if taken := self._both.take_over(kept, story):
            self._leases.append(taken.lease)

    def _new(self, story_id: str, pick: int) -> NewStory:
        return replace(
            new_story(story_id), lease_until=self._later(), charge=CHARGES[pick // 2 % 2]
        )

    def _lease(self, pick: int) -> Lease:
        """Return one of the latest leases: writes with very old ones are all refused."""
        return self._leases[-1 - pick // 2 % min(3, len(self._leases))]

    def _view(self, pick: int) -> KeptStory:
        return self._views[-1 - pick % min(2, len(self._views))]

    def _later(self) -> datetime:
        self._seconds += 1
        return NOW + timedelta(seconds=self._seconds)


CALLS: list[Callable[[Play, int], None]] = [
    Play.claim,
    Play.claim_again,
    Play.look,
    *[Play.take_over] * 3,
    Play.take_over_again,
    Play.withdraw,
    *[Play.checkpoint] * 3,
    *[Play.complete] * 2,
    *[Play.fail] * 2,
    Play.sweep,
    *[Play.complete_late] * 2,
    Play.expired,
]
PICKS = st.lists(st.integers(0, 11), min_size=len(CALLS), max_size=len(CALLS))


# A failure is shown as it was drawn: to shorten it would take minutes of the emulator's.
@settings(max_examples=24, derandomize=True, phases=[Phase.generate])
@given(calls=st.permutations(CALLS), picks=PICKS)
def test_sequences(
    firestore_host: str, calls: list[Callable[[Play, int], None]], picks: list[int]
) -> None:
    """Whatever is called in whatever order, both answer, keep and count the same."""
    with store_at(firestore_host, new_project()) as store:
        play = Play(Both(store.client))
        play.claim(0)
        play.claim(1)
        for call, pick in zip(calls, picks, strict=True):
            with suppress(DeadlineError, InProgressError, StoryNotFoundError):
                call(play, pick)
