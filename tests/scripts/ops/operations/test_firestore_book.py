"""The lock in Firestore: one operation at a time, whoever else is fast, slow or killed."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from scripts.ops.operations.errors import BusyError, LostError, OperationError
from scripts.ops.operations.firestore_book import FirestoreBook, connected
from scripts.ops.operations.lock import LEASE
from scripts.ops.place import FIRESTORE, Place
from tests.scripts.ops.operations.made_up import NOON, a_lock, a_record

pytestmark = pytest.mark.server
LATER = NOON + LEASE + timedelta(seconds=1)


@pytest.fixture
def books(request: pytest.FixtureRequest, firestore_host: str) -> Iterator[list[FirestoreBook]]:
    """Open the same book twice, as two people do."""
    project = f"demo-lock-{abs(hash(request.node.name)) % 10**8}"
    place = Place(project, project, {FIRESTORE: firestore_host})
    with connected(place) as ada, connected(place) as bob:
        yield [ada, bob]


def test_the_second_is_told_who_is_first(books: list[FirestoreBook]) -> None:
    """Who comes second gets nothing, and hears who has it and for how long."""
    ada, bob = books
    ada.take(a_lock("ada"), NOON)
    with pytest.raises(BusyError, match=r"deploy ada by ada@example.com, .* 15 min left"):
        bob.take(a_lock("bob"), NOON)


def test_a_free_lock_is_anybodys(books: list[FirestoreBook]) -> None:
    """Whoever lets it go lets the next one in."""
    ada, bob = books
    ada.free(ada.take(a_lock("ada"), NOON))
    assert bob.take(a_lock("bob"), NOON).operation == "bob"


def test_the_lock_of_a_killed_operation_ends(books: list[FirestoreBook]) -> None:
    """Of an operation that says nothing any more, the lock holds for its lease only."""
    ada, bob = books
    ada.take(a_lock("ada"), NOON)
    assert bob.take(a_lock("bob", LATER), LATER).operation == "bob"


def test_a_renewed_lock_holds_longer(books: list[FirestoreBook]) -> None:
    """An operation that goes on keeps the others out."""
    ada, bob = books
    ada.renew(ada.take(a_lock("ada"), NOON), NOON + LEASE / 2)
    with pytest.raises(BusyError):
        bob.take(a_lock("bob", LATER), LATER)


def test_who_goes_on_has_the_lock_already(books: list[FirestoreBook]) -> None:
    """An operation that was cut off and is resumed takes its own lock again."""
    ada, bob = books
    ada.take(a_lock("ada"), NOON)
    assert bob.take(a_lock("ada"), NOON).operation == "ada"


def test_who_lost_its_place_stops(books: list[FirestoreBook]) -> None:
    """Whose lock was taken by force hears it at the next step, and by whom."""
    ada, bob = books
    held = ada.take(a_lock("ada"), NOON)
    bob.take(a_lock("bob"), NOON, by_force=True)
    with pytest.raises(LostError, match=r"bob@example\.com"):
        ada.renew(held, NOON)


def test_who_lost_its_place_frees_nothing(books: list[FirestoreBook]) -> None:
    """Letting go of a lock that another one has leaves it to that one."""
    ada, bob = books
    held = ada.take(a_lock("ada"), NOON)
    taken = bob.take(a_lock("bob"), NOON, by_force=True)
    ada.free(held)
    assert bob.renew(taken, NOON).operation == "bob"


def test_two_at_the_same_moment(
    books: list[FirestoreBook], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two that both saw a free lock, one gets it."""
    ada, bob = books
    monkeypatch.setattr(ada, "_read_lock", lambda: None)
    bob.take(a_lock("bob"), NOON)
    with pytest.raises(BusyError, match="at the same moment"):
        ada.take(a_lock("ada"), NOON)


def test_firestore_is_down() -> None:
    """A book that is not there says so, and what to do."""
    gone = Place("demo-gone", "demo-gone", {FIRESTORE: "127.0.0.1:1"})
    with connected(gone) as book, pytest.raises(OperationError, match=r"could not be .*try again"):
        book.save(a_record())
