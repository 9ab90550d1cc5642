"""What Firestore indexes and deletes; the emulator does not enforce indexes, so this must.

A collection whose documents hold a growing, indexed value takes about 500 writes a second
(firebase.google.com/docs/firestore/solutions/shard-timestamp). An index with COLLECTION scope
serves one user's stories, which never come near that; one with COLLECTION_GROUP scope puts
everybody's newest stories side by side, unless it begins with a shard.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.local.node import node

ROOT = Path(__file__).parents[2]
STORIES = "stories"
SPEC: dict[str, list[dict[str, Any]]] = json.loads((ROOT / "firestore.indexes.json").read_text())
FIELDS = {(entry["collectionGroup"], entry["fieldPath"]): entry for entry in SPEC["fieldOverrides"]}
OVERRIDES = {path: entry["indexes"] for (group, path), entry in FIELDS.items() if group == STORIES}
NEWEST_FIRST = ("status.startTime", "DESCENDING")


def index_entries() -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    """Yield each index that we ask for: its scope, and its fields with their order."""
    for index in SPEC["indexes"]:
        yield index["queryScope"], tuple((f["fieldPath"], f["order"]) for f in index["fields"])
    for path, indexes in OVERRIDES.items():
        yield from ((index["queryScope"], ((path, index["order"]),)) for index in indexes)


@pytest.mark.parametrize(
    "index",
    [
        (NEWEST_FIRST,),
        (("status.state", "ASCENDING"), NEWEST_FIRST),
        (("favorite", "ASCENDING"), NEWEST_FIRST),
    ],
    ids=["all", "of one state", "favourites"],
)
def test_an_app_can_list_a_users_newest_stories(index: tuple[tuple[str, str], ...]) -> None:
    """Ordering a user's stories by startTime, newest first, has its index, filtered or not."""
    assert ("COLLECTION", index) in index_entries()


def test_an_app_can_list_a_series() -> None:
    """The parts of one series, in their order, have their index."""
    assert ("COLLECTION", (("series", "ASCENDING"), ("part", "ASCENDING"))) in index_entries()


def test_only_leases_are_indexed_over_all_users() -> None:
    """Growing times are spread by user, and those of leases by shard."""
    over_all = [index for scope, index in index_entries() if scope != "COLLECTION"]
    assert over_all == [(("status.leaseShard", "ASCENDING"), ("status.leaseUntil", "ASCENDING"))]


@pytest.mark.parametrize(
    "path", ["status.updateTime", "status.completeTime", "status.leaseUntil", "status.leaseShard"]
)
def test_times_that_no_app_orders_by_are_not_indexed(path: str) -> None:
    """A time that each write moves forward costs no index entries."""
    assert OVERRIDES[path] == []


@pytest.mark.parametrize("path", ["text", "request", "rating", "status.error", "fingerprint"])
def test_long_values_are_not_indexed(path: str) -> None:
    """Prose is not searched by its first words, and would be indexed again at each checkpoint."""
    assert OVERRIDES[path] == []


@pytest.mark.parametrize("path", ["favorite", "language", "title", "words", "status.state"])
def test_what_apps_filter_on_keeps_its_automatic_index(path: str) -> None:
    """Simple equality filters on what a reader sees need nothing of their own."""
    assert path not in OVERRIDES


@pytest.mark.parametrize(
    ("group", "counters"),
    [
        ("quota", {"stories", "running"}),
        ("shards", {"reservedMicros", "settledMicros", "givenBackMicros"}),
        ("networks", {"salt"}),
        ("prefixes", {"stories"}),
    ],
)
def test_counters_are_not_indexed_and_expire(group: str, counters: set[str]) -> None:
    """A counter that each story moves costs no index entries, and old ones are deleted."""
    fields = {path: entry for (each, path), entry in FIELDS.items() if each == group}
    assert fields.keys() == counters | {"expiresAt"}
    assert all(entry["indexes"] == [] for entry in fields.values())
    assert [path for path, entry in fields.items() if entry.get("ttl")] == ["expiresAt"]


def test_stories_expire() -> None:
    """A story is deleted once it is past the time that its end has set, and no index holds it."""
    entry = FIELDS[STORIES, "expiresAt"]
    assert (entry["ttl"], entry["indexes"]) == (True, [])


def test_firebase_takes_the_file() -> None:
    """The Firebase CLI, which deploys the file, finds it valid."""
    check = (
        "const {FirestoreApi} = require('firebase-tools/lib/firestore/api');"
        "new FirestoreApi().validateSpec(require('./firestore.indexes.json'))"
    )
    done = subprocess.run(
        [node(), "-e", check], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
