"""What the Cloud Logging stand-in keeps."""

import pytest
from google.cloud.logging_v2.types import LogEntry

from scripts.local.standins.cloud_logging import store as module
from scripts.local.standins.cloud_logging.store import Store
from scripts.local.standins.server import Message


def entry(number: int, **fields: object) -> Message:
    given = {"log_name": "projects/p/logs/a", "insert_id": str(number), **fields}
    return LogEntry.pb(LogEntry(given))


def ids(store: Store) -> list[str]:
    return [one.insert_id for one in store.all()]


def test_count_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest to come go when there are too many, and may then come again."""
    monkeypatch.setattr(module, "KEPT_ENTRIES", 2)
    store = Store()
    for number in (1, 2, 3, 1):
        store.add(entry(number))
    assert ids(store) == ["3", "1"]


def test_size_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest to come go when they are too large together."""
    monkeypatch.setattr(module, "KEPT_BYTES", 3_000)
    store = Store()
    for number in range(5):
        store.add(entry(number, text_payload="x" * 1_000))
    assert ids(store) == ["3", "4"]


def test_room_after_deletion(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is deleted takes no room any more."""
    monkeypatch.setattr(module, "KEPT_BYTES", 1_500)
    store = Store()
    store.add(entry(1, text_payload="x" * 1_000, log_name="projects/p/logs/b"))
    assert store.delete("projects/p/logs/b") == 1
    for number in (1, 2):
        store.add(entry(number, text_payload="x" * 500))
    assert ids(store) == ["1", "2"]


def test_followers() -> None:
    """A follower is told of each new entry, once, until it is left alone."""
    store, told = Store(), list[Message]()
    store.follow(told.append)
    for number in (1, 1, 2):
        store.add(entry(number))
    store.unfollow(told.append)
    store.add(entry(3))
    assert [one.insert_id for one in told] == ["1", "2"]
