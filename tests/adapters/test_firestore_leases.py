"""Leases that are over, in the real Firestore emulator."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from conteur.adapters.firestore_leases import FirestoreLeases
from conteur.domain.lease import lease_shard
from conteur.domain.story import NewStory
from conteur.errors import DeadlineError, InProgressError
from tests.adapters.firestore_relay import FirestoreRelay, new_project, store_at
from tests.adapters.stored import (
    CHARGE,
    CHECKPOINT,
    FAILURE,
    NOW,
    SECONDS,
    TOLD_NOW,
    Store,
    claimed_again,
    new_story,
    sweeping,
)
from tests.stories import FINISHED

SHARD = 5

pytestmark = pytest.mark.server


def _at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def _story(until: float, uid: str = "alice", shard: int = SHARD) -> NewStory:
    """Return a story of the shard, whose lease is over after `until` seconds."""
    ids = iter(lambda: str(uuid.uuid4()), None)
    story = new_story(next(each for each in ids if lease_shard(each) == shard))
    return replace(story, uid=uid, lease_until=_at(until))


def _expired(store: Store, now: float, most: int = 10) -> Sequence[str]:
    found = FirestoreLeases(store.client).expired(SHARD, _at(now), most, SECONDS)
    return [story.story_id for story in found]


def test_the_oldest_leases_come_first(store: Store) -> None:
    """Of all users' leases that are over, the oldest ones are given, as many as are asked for."""
    stories = [_story(until, f"user-{until}") for until in (30, 10, 20)]
    ids = [store.claimed(story).story_id for story in stories]
    assert _expired(store, now=30) == [ids[1], ids[2], ids[0]]
    assert _expired(store, now=30, most=2) == [ids[1], ids[2]]


def test_a_lease_is_over_at_its_end(store: Store) -> None:
    """A lease is over from its very end on, and not before."""
    story_id = store.claimed(_story(20)).story_id
    assert _expired(store, now=19.999) == []
    assert _expired(store, now=20) == [story_id]


def test_a_shard_has_its_own_stories(store: Store) -> None:
    """A story of another shard is not given."""
    store.claimed(_story(10, shard=SHARD + 1))
    assert _expired(store, now=20) == []


def test_ended_stories_have_no_lease(store: Store) -> None:
    """Stories that were completed, failed or withdrawn are not given, however old they are."""
    store.stories.complete(store.claimed(_story(10)), FINISHED, SECONDS)
    store.stories.fail(store.claimed(_story(10)), FAILURE, SECONDS)
    store.stories.withdraw(store.claimed(_story(10)), SECONDS)
    story = _story(10)
    store.claimed(story)
    assert store.stories.complete_late(store.kept(story), FINISHED, SECONDS)
    assert _expired(store, now=20) == []


def test_a_story_that_was_taken_over_has_its_new_lease(store: Store) -> None:
    """A failed story that is told again has a lease again."""
    story = _story(10)
    store.stories.fail(store.claimed(story), FAILURE, SECONDS)
    store.taken_over(replace(claimed_again(story), lease_until=_at(40)))
    assert _expired(store, now=39) == []
    assert _expired(store, now=40) == [story.request.request_id]


def test_a_checkpoint_renews_the_lease(store: Store) -> None:
    """A story that is told on is not given."""
    store.stories.checkpoint(store.claimed(_story(10)), CHECKPOINT, SECONDS)
    assert _expired(store, now=20) == []


def test_a_story_is_found_as_it_is_kept(store: Store) -> None:
    """What the sweep needs comes with the lease: whose story it is, its charge, its text."""
    story = _story(10, uid="bob")
    store.stories.checkpoint(store.claimed(story), CHECKPOINT, SECONDS)
    [found] = FirestoreLeases(store.client).expired(SHARD, _at(60), 10, SECONDS)
    assert (found.uid, found.charge, found.released) == ("bob", CHARGE, "Once upon")
    assert replace(found, fence=None) == replace(store.kept(story), fence=None)


def test_a_lease_that_is_over_can_be_ended(store: Store) -> None:
    """A story is ended as it was found, and a story that was told on since then is not."""
    dead, alive = _story(10), _story(11)
    store.claimed(dead)
    lease = store.claimed(alive)
    first, second = FirestoreLeases(store.client).expired(SHARD, _at(20), 10, SECONDS)
    store.stories.checkpoint(lease, CHECKPOINT, SECONDS)
    store.stories.fail(sweeping(first), FAILURE, SECONDS)
    with pytest.raises(InProgressError):
        store.stories.fail(sweeping(second), FAILURE, SECONDS)
    assert store.counted() == replace(TOLD_NOW, reserved=1000, given_back=500)


def test_an_unreadable_story_hides_no_other(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    """A story in a state that only a newer revision knows is logged, and the others are given."""
    unreadable, readable = [store.claimed(_story(until)).story_id for until in (10, 11)]
    reference = store.client.document(f"users/alice/stories/{unreadable}")
    reference.update({"status.state": "PAUSED"})
    assert _expired(store, now=20) == [readable]
    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["story_id"]) == ("story.unreadable", unreadable)


def test_an_answer_that_breaks_off_is_asked_for_again(
    firestore_host: str, project: str, store: Store
) -> None:
    """Where the line breaks between two stories, both are given once."""
    ids = [store.claimed(_story(until)).story_id for until in (10, 11)]
    with FirestoreRelay.to(firestore_host) as relay, relay.serve() as host:
        relay.breaks_next_query = True
        with store_at(host, project) as flapping:
            assert _expired(flapping, now=20) == ids
    assert relay.calls == ["RunQuery"] * 2


def test_leases_out_of_reach() -> None:
    """A store that cannot be reached is a time-out that names its phase."""
    with (
        store_at("127.0.0.1:9", new_project()) as unreachable,
        pytest.raises(DeadlineError) as error,
    ):
        FirestoreLeases(unreachable.client).expired(SHARD, NOW, 10, timeout=0.3)
    assert error.value.facts == {"phase": "store", "cause": "network"}
