"""How long a story is its attempt's, and where the sweep finds it."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

from conteur.domain.lease import (
    CHECKPOINT_SECONDS,
    LEASE_SECONDS,
    LEASE_SHARDS,
    lease_from,
    lease_shard,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_lease_is_over_after_twenty_seconds() -> None:
    """A lease runs from when it begins, or is renewed."""
    assert lease_from(NOW) == NOW + timedelta(seconds=20)


def test_three_checkpoints_may_fail() -> None:
    """A lease outlives three checkpoints in a row that the store did not take."""
    assert LEASE_SECONDS > 3 * CHECKPOINT_SECONDS


def test_a_story_stays_in_its_shard() -> None:
    """Every process, of every revision, finds a story in the same part of the index."""
    assert lease_shard("4b0ac0e2-6f0c-4a8e-9a35-6a1f3c1d2e3f") == 0


def test_shards_are_used_evenly() -> None:
    """No part of the index takes many more stories than another."""
    counts = Counter(lease_shard(str(UUID(int=number * 7919))) for number in range(1600))
    assert set(counts) == set(range(LEASE_SHARDS))
    assert max(counts.values()) < 2 * min(counts.values())
