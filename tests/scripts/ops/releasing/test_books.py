import json
from pathlib import Path

import pytest

from scripts.ops.operations.record import Kind
from scripts.ops.place import PlaceError
from scripts.ops.plan import PlanError
from scripts.ops.releasing.books import NOT_ASKED, NOT_LOOKED_AT, Shelf
from tests.scripts.ops.releasing.world import FILES, NOW


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def shelf(tmp_path: Path, told: list[str]) -> Shelf:
    """A checkout whose projects are in no cloud, and nothing that stands in."""
    (tmp_path / ".firebaserc").write_text(FILES[".firebaserc"])
    return Shelf(tmp_path, {}, lambda: NOW, told.append)


@pytest.mark.parametrize("verb", ["prepare", "stage"])
def test_what_only_shows_needs_no_book(shelf: Shelf, verb: str, told: list[str]) -> None:
    """A dry run of these opens nothing, and so works for whoever has no rights in a project."""
    with shelf.opened(verb, yes=False, in_files=False) as books:
        assert (books.unread, told) == (NOT_LOOKED_AT, [])


def test_a_look_does_without_the_books(shelf: Shelf, told: list[str]) -> None:
    """Status says that it did not look at the books, and why, and goes on."""
    with shelf.opened("status", yes=False, in_files=False) as books:
        assert (books.unread, books.production.newest(Kind.PREFLIGHT)) == (NOT_LOOKED_AT, [])
    assert "is in no cloud" in told[0]


@pytest.mark.parametrize(
    ("verb", "yes"), [("prepare", True), ("stage", True), ("finish", True), ("finish", False)]
)
def test_where_a_book_is_needed_the_way_out_is_named(shelf: Shelf, verb: str, *, yes: bool) -> None:
    """What keeps a record, or has gates in the books, says how to do without."""
    expected = r"(?s)in no cloud.*--without-record"
    with pytest.raises(PlaceError, match=expected), shelf.opened(verb, yes=yes, in_files=False):
        pass


def test_a_checkout_without_production_names_the_way_out(shelf: Shelf) -> None:
    """Where .firebaserc has no such project, that is told with its own error."""
    (shelf.root / ".firebaserc").write_text(json.dumps({"projects": {"default": "demo-conteur"}}))
    with (
        pytest.raises(PlanError, match="--without-record"),
        shelf.opened("finish", yes=True, in_files=False),
    ):
        pass


@pytest.mark.parametrize("verb", ["prepare", "stage", "finish", "status"])
def test_without_record_nothing_is_opened(shelf: Shelf, verb: str, told: list[str]) -> None:
    """Whoever asks for no book gets none, whatever the verb."""
    with shelf.opened(verb, yes=True, in_files=True) as books:
        assert (books.unread, told) == (NOT_ASKED, [])
