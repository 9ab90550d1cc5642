"""What the ports promise of a store, held to by the fake that other tests stand on.

Each call goes to the fake and to Firestore's adapter over the emulator; tests/adapters/contract.py
holds both to the same answers and the same counters, and a test says which answer it is.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from conteur.domain.charge import Charge
from conteur.domain.lease import lease_shard
from conteur.domain.quota import Standing
from conteur.domain.story import NewStory
from conteur.errors import InProgressError
from tests.adapters.contract import Both
from tests.adapters.firestore_relay import new_project, store_at
from tests.adapters.stored import (
    CHARGE,
    CHECKPOINT,
    FAILURE,
    NEXT_CHARGE,
    NOW,
    TODAY,
    claimed_again,
    new_story,
)
from tests.stories import FINISHED

STORY_ID = "4b0ac0e2-6f0c-4a8e-9a35-6a1f3c1d2e3f"
STORY = new_story(STORY_ID)
RENEWED = replace(CHECKPOINT, text=None, lease_until=NOW + timedelta(seconds=60))

pytestmark = pytest.mark.server


@pytest.fixture
def both(firestore_host: str) -> Iterator[Both]:
    with store_at(firestore_host, new_project()) as store:
        yield Both(store.client)


def test_nothing_is_there(both: Both) -> None:
    """Where nothing is kept there is no story, nobody stands anywhere, and no lease is over."""
    found = both.read("alice", STORY_ID, TODAY)
    assert (found.story, found.standing) == (None, Standing())
    assert both.expired(lease_shard(STORY_ID), NOW, 10) == []


def test_claim(both: Both) -> None:
    """A claim is told where its user stands with it."""
    both.claimed(new_story())
    claimed = both.claim(STORY)
    assert claimed
    assert (claimed.lease.attempt, claimed.standing) == (1, Standing(stories=2, running=2))


def test_claims_of_one_story(both: Both) -> None:
    """A story is claimed once: neither another's claim nor the same one repeated gets it."""
    both.claimed(STORY)
    assert both.claim(claimed_again(STORY)) is None
    assert both.claim(STORY) is None


@pytest.mark.parametrize("charge", [CHARGE, NEXT_CHARGE])
def test_take_over_of_a_failed_story(both: Both, charge: Charge) -> None:
    """A failed story begins again with the text it had, whatever the day."""
    both.fail(both.claimed(STORY), FAILURE)
    assert both.taken_over(replace(STORY, charge=charge)).attempt == 2
    assert both.kept(STORY_ID).released == FAILURE.released
    assert both.standing(charge) == Standing(stories=1, running=1)


def test_take_over_of_a_dead_attempt(both: Both) -> None:
    """What a dead attempt held is given back by whoever takes its story over."""
    both.claimed(STORY)
    taken = both.take_over(both.kept(STORY_ID), claimed_again(STORY))
    assert taken
    assert taken.standing == Standing(stories=1, running=1)


def test_take_over_after_midnight(both: Both) -> None:
    """What a dead attempt of yesterday held is given back to yesterday."""
    both.claimed(STORY)
    both.taken_over(replace(STORY, charge=NEXT_CHARGE))
    assert both.standing() == Standing()
    assert both.standing(NEXT_CHARGE) == Standing(stories=1, running=1)


def test_take_over_of_what_has_changed(both: Both) -> None:
    """Nobody takes over a story that was written to, or deleted, since they read it."""
    lease = both.claimed(STORY)
    found = both.kept(STORY_ID)
    lease = both.checkpoint(lease, CHECKPOINT)
    assert both.take_over(found, claimed_again(STORY)) is None
    found = both.kept(STORY_ID)
    both.withdraw(lease)
    assert both.take_over(found, claimed_again(STORY)) is None


def test_take_over_that_is_repeated(both: Both) -> None:
    """A take-over whose answer was lost is known again by its holder, until its story ends."""
    both.claimed(STORY)
    found, story = both.kept(STORY_ID), claimed_again(STORY)
    taken = both.take_over(found, story)
    assert taken
    assert both.take_over(found, story) == taken
    both.fail(taken.lease, FAILURE)
    assert both.take_over(found, story) is None


def test_withdraw(both: Both) -> None:
    """A withdrawn story is gone and charged to nobody, however often it is withdrawn."""
    lease = both.claimed(STORY)
    both.withdraw(lease)
    both.withdraw(lease)
    assert both.read("alice", STORY_ID, TODAY).story is None
    assert both.standing() == Standing()
    assert both.claimed(claimed_again(STORY)).attempt == 1


@pytest.mark.parametrize("write", [Both.taken_over, Both.swept])
def test_withdraw_after_somebody_else_wrote(
    both: Both, write: Callable[[Both, NewStory], object]
) -> None:
    """A story that somebody else has written to stays."""
    lease = both.claimed(STORY)
    write(both, STORY)
    with pytest.raises(InProgressError):
        both.withdraw(lease)
    assert both.read("alice", STORY_ID, TODAY).story


def test_checkpoints(both: Both) -> None:
    """A checkpoint renews the lease; one without a text leaves the text that is there."""
    lease = both.checkpoint(both.claimed(STORY), CHECKPOINT)
    assert both.checkpoint(lease, RENEWED).fence == both.kept(STORY_ID).fence
    found = both.kept(STORY_ID)
    assert (found.released, found.lease_until) == (CHECKPOINT.text, RENEWED.lease_until)


@pytest.mark.parametrize("write", [Both.taken_over, Both.swept])
def test_checkpoint_of_a_lost_lease(both: Both, write: Callable[[Both, NewStory], object]) -> None:
    """Who has lost the lease is told so."""
    lease = both.claimed(STORY)
    write(both, STORY)
    with pytest.raises(InProgressError):
        both.checkpoint(lease, CHECKPOINT)


def test_expired(both: Both) -> None:
    """Of the shard's leases that are over the oldest come first, as many as are asked for."""
    shard = lease_shard(STORY_ID)
    ids = [story_id for n in range(80) if lease_shard(story_id := f"story-{n}") in {shard, 0}]
    for n, story_id in enumerate(ids):
        both.claimed(replace(new_story(story_id), lease_until=_at((n * 7) % 10 + n / 100)))
    both.complete(both.claimed(replace(STORY, lease_until=_at(0))), FINISHED)
    ends = [kept.lease_until for kept in both.expired(shard, _at(60), 10)]
    assert ends == sorted(ends)
    assert [kept.lease_until for kept in both.expired(shard, ends[1], 10)] == ends[:2]
    assert [kept.lease_until for kept in both.expired(shard, _at(60), 1)] == ends[:1]


def _at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)
