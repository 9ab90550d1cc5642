"""For how long a story belongs to the attempt that tells it.

An attempt renews its lease with each checkpoint. One that is dead, or frozen, does not: its story
may then be taken over by the same request, or ended by the sweep.
"""

import zlib
from datetime import datetime, timedelta

CHECKPOINT_SECONDS = 5.0
LEASE_SECONDS = 20.0  # three checkpoints may fail before a story counts as abandoned
# A value that grows with time, as the lease's end, can be indexed for about 500 writes a second
# (https://firebase.google.com/docs/firestore/best-practices#hotspots): a shard takes as many.
LEASE_SHARDS = 16


def lease_from(now: datetime) -> datetime:
    """Return when a lease that begins, or is renewed, at `now` is over."""
    return now + timedelta(seconds=LEASE_SECONDS)


def lease_shard(story_id: str) -> int:
    """Return which part of the index of leases holds the story, from 0."""
    return zlib.crc32(story_id.encode()) % LEASE_SHARDS
