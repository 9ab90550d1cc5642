"""One commit in the real Firestore emulator."""

from datetime import UTC, datetime

import pytest
from google.api_core.exceptions import AlreadyExists, FailedPrecondition

from conteur.adapters.firestore_commits import Commits
from conteur.domain.charge import Posting, give_back, reserve
from conteur.domain.quota import Standing
from conteur.domain.story import Lease
from tests.adapters.stored import CHARGE, LONG_AGO, SECONDS, TODAY, TOLD_NOW, Store

LEASE = Lease("alice", "story", 1, LONG_AGO, "holder", CHARGE)
QUOTA = f"users/alice/quota/{TODAY}"
SHARD = f"budget/{TODAY}/shards/3"

pytestmark = pytest.mark.server


@pytest.fixture
def commits(store: Store) -> Commits:
    return Commits(store.client)


def test_each_counter_is_answered_by_its_name(commits: Commits) -> None:
    """A commit's answer has the new values of all counters that it moved."""
    posting = Posting(TODAY, 3, stories=1, running=2, reserved=3, settled=4, given_back=5)
    committed = commits.create(LEASE, {"text": ""}, [posting], SECONDS)
    assert committed.standing("alice", TODAY) == Standing(stories=1, running=2)
    assert committed.counts[SHARD] == {
        "reservedMicros": 3,
        "settledMicros": 4,
        "givenBackMicros": 5,
    }


def test_postings_to_the_same_counters_are_one_write(commits: Commits, store: Store) -> None:
    """Postings that cancel out are answered with what the counter has."""
    commits.create(LEASE, {"text": ""}, [reserve(CHARGE)], SECONDS)
    fenced = store.client.document("users/alice/stories/story").get().update_time
    lease = Lease("alice", "story", 2, fenced, "holder", CHARGE)
    committed = commits.update(
        lease, {"text": "again"}, [reserve(CHARGE), give_back(CHARGE)], SECONDS
    )
    assert committed.standing("alice", TODAY) == Standing(stories=1, running=1)
    assert committed.counts[SHARD] == {"reservedMicros": 1000, "givenBackMicros": 500}


def test_a_commit_whose_precondition_fails_counts_nothing(commits: Commits, store: Store) -> None:
    """A story that cannot be written leaves the counters as they are."""
    commits.create(LEASE, {"text": ""}, [reserve(CHARGE)], SECONDS)
    with pytest.raises(AlreadyExists):
        commits.create(LEASE, {"text": ""}, [reserve(CHARGE)], SECONDS)
    with pytest.raises(FailedPrecondition):
        commits.update(LEASE, {"text": "late"}, [give_back(CHARGE)], SECONDS)
    with pytest.raises(FailedPrecondition):
        commits.delete(LEASE, [give_back(CHARGE)], SECONDS)
    assert store.counted() == TOLD_NOW


def test_counters_expire(commits: Commits, store: Store) -> None:
    """A day's counters say when they may be deleted: thirty days after it."""
    commits.create(LEASE, {"text": ""}, [reserve(CHARGE)], SECONDS)
    for path in (QUOTA, SHARD):
        expires = store.client.document(path).get().get("expiresAt")
        assert expires == datetime(2026, 1, 31, tzinfo=UTC)


def test_what_is_not_moved_is_not_written(commits: Commits, store: Store) -> None:
    """A posting writes the documents and the fields that it moves, and no others."""
    commits.create(LEASE, {"text": ""}, [Posting(TODAY, 3, running=1)], SECONDS)
    quota = store.client.document(QUOTA).get().to_dict() or {}
    assert quota.keys() == {"running", "expiresAt"}
    assert not store.client.document(SHARD).get().exists
