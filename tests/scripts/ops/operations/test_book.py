"""What every book of operations keeps: in Firestore, in files, and the tests' own in memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.ops.operations import firestore_book
from scripts.ops.operations.book import Book, Quarantined
from scripts.ops.operations.file_book import FileBook
from scripts.ops.operations.record import Kind, State, Step
from scripts.ops.place import FIRESTORE, Place
from tests.scripts.ops.operations.made_up import NOON, MemoryBook, a_record

FIRST, SECOND = a_record(1), a_record(2, Kind.ROLLBACK)


@pytest.fixture(params=["memory", "files", pytest.param("firestore", marks=pytest.mark.server)])
def book(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Book]:
    if request.param == "memory":
        yield MemoryBook()
    elif request.param == "files":
        yield FileBook(tmp_path / "operations")
    else:
        host = request.getfixturevalue("firestore_host")
        project = f"demo-book-{abs(hash(request.node.name)) % 10**8}"
        with firestore_book.connected(Place(project, project, {FIRESTORE: host})) as opened:
            yield opened


def test_a_record_is_read_as_it_was_saved(book: Book) -> None:
    """All that a record has comes back, with its times and its steps."""
    record = FIRST.with_step(Step("pin", "all pinned", NOON)).with_facts(pins={"health": "h-1"})
    book.save(record.over(State.WENT_BACK, NOON))
    assert book.find(FIRST.id) == record.over(State.WENT_BACK, NOON)


def test_facts_are_no_times(book: Book) -> None:
    """What a fact is called does not matter: it comes back as it is."""
    record = FIRST.with_facts(at="the first look", began="soon", last={"ended": "never", "at": ""})
    book.save(record)
    assert book.find(FIRST.id) == record


def test_the_last_state_is_kept(book: Book) -> None:
    """A record that is saved again replaces what was there."""
    book.save(FIRST)
    book.save(FIRST.over(State.DONE, NOON))
    assert [each.state for each in book.newest()] == [State.DONE]


def test_nothing_is_found_of_an_unknown_id(book: Book) -> None:
    """An id that nobody has is no error."""
    assert book.find("20200101-000000-deploy-0000") is None


def test_the_newest_come_first(book: Book) -> None:
    """Records are told from the newest, as many as are asked for."""
    book.save(FIRST)
    book.save(SECOND)
    assert [each.id for each in book.newest()] == [SECOND.id, FIRST.id]
    assert [each.id for each in book.newest(most=1)] == [SECOND.id]


def test_only_the_kinds_that_are_asked_for(book: Book) -> None:
    """Whoever looks for deploys does not get rollbacks."""
    book.save(FIRST)
    book.save(SECOND)
    assert [each.id for each in book.newest(Kind.DEPLOY)] == [FIRST.id]
    assert [each.id for each in book.newest(Kind.DEPLOY, Kind.ROLLBACK)] == [SECOND.id, FIRST.id]


def test_a_quarantine_lasts_until_somebody_trusts(book: Book) -> None:
    """A revision is in quarantine with its reason, and out of it once it is trusted."""
    found = Quarantined("health-00002-abc", "5 of 20 failed", "ada@example.com", NOON)
    book.quarantine(found)
    assert book.quarantined() == {"health-00002-abc": found}
    book.trust("health-00002-abc")
    assert book.quarantined() == {}


def test_whom_nobody_knows_can_be_trusted(book: Book) -> None:
    """Taking out what is not in there changes nothing."""
    book.trust("health-00001-abc")
    assert book.quarantined() == {}
