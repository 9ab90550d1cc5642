"""Deleting all that is kept of a user, in the real Firestore emulator."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import grpc
import pytest

from conteur.adapters.firestore_erasure import BATCH, LAST_SECONDS, Erasure
from conteur.domain.quota import Standing
from conteur.errors import StoryNotFoundError
from conteur.use_cases.library_ports import Erased
from scripts.local.standins.server import Fault
from tests.adapters.firestore_relay import FirestoreRelay, store_at
from tests.adapters.stored import (
    CHARGE,
    CHECKPOINT,
    NOW,
    SECONDS,
    TODAY,
    TOLD_NOW,
    Counted,
    Store,
    new_story,
)
from tests.stories import FINISHED

DAYS = frozenset({TODAY})
AMPLE_SECONDS = 60.0
MOMENT = timedelta(microseconds=1)
CHARGED = Counted(stories=1, reserved=500, settled=500)

pytestmark = pytest.mark.server


@pytest.fixture
def relay(firestore_host: str) -> Iterator[FirestoreRelay]:
    with FirestoreRelay.to(firestore_host) as relay:
        yield relay


@pytest.fixture
def flapping(relay: FirestoreRelay, project: str) -> Iterator[Store]:
    with relay.serve() as host, store_at(host, project) as store:
        yield store


def erase(store: Store, seconds: float = AMPLE_SECONDS, now: datetime = NOW) -> Erased:
    return Erasure(store.client, "alice", DAYS, now, seconds).run()


def left(store: Store) -> list[str]:
    """Return the paths of all documents below users, of any depth, but the counters'."""
    groups = ("stories", "drafts", "other")
    found = [each for group in groups for each in store.client.collection_group(group).stream()]
    return sorted(each.reference.path for each in found)


def fill(store: Store, documents: int, uid: str = "alice", group: str = "stories") -> None:
    for start in range(0, documents, 500):
        batch = store.client.batch()
        for number in range(start, min(start + 500, documents)):
            ended = {"status": {"state": "COMPLETED"}, "text": "Once"}
            batch.create(store.client.document(f"users/{uid}/{group}/{number:05}"), ended)
        batch.commit()


def once(act: Callable[[], object]) -> Callable[[], object]:
    """Return what acts when it is called first, and never again."""
    acts = iter([act])

    def call() -> None:
        for each in acts:
            each()

    return call


def test_more_than_a_batch(store: Store) -> None:
    """A user's many stories go in several batches, with all that lies below them."""
    fill(store, 2 * BATCH + 3)
    fill(store, 2, uid="bob")
    for path in ("stories/00001/drafts/d", "other/o"):
        store.client.document(f"users/alice/{path}").set({})
    assert erase(store) == Erased(2 * BATCH + 5, 2 * BATCH + 3, complete=True)
    assert left(store) == ["users/bob/stories/00000", "users/bob/stories/00001"]
    assert erase(store) == Erased(0, 0, complete=True)


def test_more_than_a_batch_of_what_stays(store: Store) -> None:
    """Counters, which are passed over at first, hide no story behind them, and go at last."""
    fill(store, BATCH + 1, group="quota")
    fill(store, 1)
    assert erase(store) == Erased(BATCH + 2, 1, complete=True)


def test_no_commit_is_too_large(store: Store) -> None:
    """Even where each story of a batch moves two counters, a commit has 500 writes at most."""
    assert BATCH * 3 <= 500
    for shard in range(3):
        store.claimed(replace(new_story(), charge=replace(CHARGE, shard=shard)))
    assert erase(store).complete
    assert store.counted(replace(CHARGE, shard=2)) == Counted(3, 0, reserved=500, settled=500)


def test_time_is_up(store: Store) -> None:
    """A call that has no time for another batch says that it is not complete."""
    fill(store, 1)
    assert erase(store, LAST_SECONDS) == Erased(0, 0, complete=False)
    assert erase(store) == Erased(1, 1, complete=True)


def test_a_story_that_is_being_told(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    """It is deleted, and charged as it was reserved; its attempt ends quietly, and without it."""
    lease = store.claimed(new_story())
    assert erase(store) == Erased(1, 1, complete=True)
    assert (left(store), store.counted()) == ([], CHARGED)
    for write in (
        lambda: store.stories.checkpoint(lease, CHECKPOINT, SECONDS),
        lambda: store.stories.complete(lease, FINISHED, SECONDS),
    ):
        with pytest.raises(StoryNotFoundError):
            write()
    assert (left(store), store.counted()) == ([], CHARGED)
    assert "ERROR" not in capsys.readouterr().out


def test_stories_that_are_erased_while_they_are_told(store: Store) -> None:
    """However many are erased, each stays one of the day's."""
    for _ in range(10):
        store.claimed(new_story())
        erase(store)
    assert store.standing("alice") == Standing(stories=10, running=0)


def test_a_story_whose_attempt_is_dead(store: Store) -> None:
    """From the moment on at which its lease is over, what it held is given back."""
    story = new_story()
    for now, given_back in ((story.lease_until, 500), (story.lease_until - MOMENT, 0)):
        store.claimed(story)
        before = store.counted()
        erase(store, now=now)
        assert store.counted().given_back - before.given_back == given_back


def test_a_story_that_is_written_to_meanwhile(
    flapping: Store, relay: FirestoreRelay, store: Store
) -> None:
    """A story that keeps a checkpoint between the look and the deletion is looked at again."""
    story = new_story()
    lease = store.claimed(story)
    relay.after_query = once(lambda: store.stories.checkpoint(lease, CHECKPOINT, SECONDS))
    assert erase(flapping) == Erased(1, 1, complete=False)
    assert (left(store), erase(store)) == ([], Erased(0, 0, complete=True))
    assert store.counted() == CHARGED


def test_a_story_that_is_taken_over_meanwhile(
    flapping: Store, relay: FirestoreRelay, store: Store
) -> None:
    """What a new attempt has reserved since the look is charged, and nothing twice."""
    story = new_story()
    store.claimed(story)
    relay.after_query = once(lambda: store.taken_over(replace(story, holder="another")))
    erase(flapping)
    assert store.counted() == Counted(1, 0, reserved=1000, settled=500, given_back=500)


@pytest.mark.parametrize("lost_answer", [False, True])
def test_a_bad_line(
    flapping: Store, relay: FirestoreRelay, store: Store, *, lost_answer: bool
) -> None:
    """Whatever of a batch's answers is lost, it is counted and charged once."""
    store.claimed(new_story())
    fill(store, 3)
    relay.fail_first_tries(lost_answer=lost_answer)
    assert erase(flapping) == Erased(4, 4, complete=not lost_answer)
    assert (left(store), store.counted()) == ([], CHARGED)


def test_a_line_that_breaks_for_good(flapping: Store, relay: FirestoreRelay, store: Store) -> None:
    """What was deleted until then is told, and the next call goes on."""
    fill(store, BATCH + 1)
    relay.calls.clear()
    relay.fault = Fault(grpc.StatusCode.DEADLINE_EXCEEDED, every=3)
    assert erase(flapping) == Erased(BATCH, BATCH, complete=False)
    assert erase(store) == Erased(1, 1, complete=True)


def test_a_new_day_has_its_own_counters(store: Store) -> None:
    """The counters of a kept day stay as they were, with what was paid for."""
    store.stories.complete(store.claimed(new_story()), FINISHED, SECONDS)
    before = store.counted()
    erase(store)
    assert store.counted() == before
    store.claimed(new_story())
    assert store.standing("alice").stories == TOLD_NOW.stories + 1
