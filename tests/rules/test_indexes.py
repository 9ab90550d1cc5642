"""What Firestore indexes of a story; the emulator does not enforce indexes, so this must.

A collection whose documents hold a growing, indexed value takes about 500 writes a second
(firebase.google.com/docs/firestore/solutions/shard-timestamp). An index with COLLECTION scope
serves one user's stories, which never come near that; one with COLLECTION_GROUP scope would put
everybody's newest stories side by side.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SPEC: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[2] / "firestore.indexes.json").read_text()
)
OVERRIDES = {entry["fieldPath"]: entry["indexes"] for entry in SPEC["fieldOverrides"]}
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


def test_no_index_spans_the_stories_of_all_users() -> None:
    """Every index stays within one user's stories, so that growing times are spread by user."""
    assert {scope for scope, _ in index_entries()} == {"COLLECTION"}


@pytest.mark.parametrize("path", ["status.updateTime", "status.completeTime", "status.leaseUntil"])
def test_times_that_no_app_orders_by_are_not_indexed(path: str) -> None:
    """A time that each write moves forward costs no index entries."""
    assert OVERRIDES[path] == []


@pytest.mark.parametrize("path", ["text", "request", "status.error", "fingerprint"])
def test_long_values_are_not_indexed(path: str) -> None:
    """Prose is not searched by its first words, and would be indexed again at each checkpoint."""
    assert OVERRIDES[path] == []


@pytest.mark.parametrize("path", ["favorite", "language", "title", "words", "status.state"])
def test_what_apps_filter_on_keeps_its_automatic_index(path: str) -> None:
    """Simple equality filters on what a reader sees need nothing of their own."""
    assert path not in OVERRIDES
