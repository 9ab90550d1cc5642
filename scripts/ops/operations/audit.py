"""Opens the book of operations, and begins a record."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from scripts.ops.operations import firestore_book
from scripts.ops.operations.book import Book
from scripts.ops.operations.file_book import FileBook
from scripts.ops.operations.git import commit_of
from scripts.ops.operations.record import Kind, Record, new_id
from scripts.ops.operations.site import Site
from scripts.ops.who import who

FOLDER = ".cache/operations"


def utc_now() -> datetime:
    """Return the time of the machine's clock."""
    return datetime.now(UTC)


@contextmanager
def opened_book(site: Site, *, in_files: bool = False) -> Iterator[Book]:
    """Yield the book of an environment; `in_files` that of this checkout alone."""
    if in_files:
        yield FileBook(site.root / FOLDER / site.name)
        return
    with firestore_book.connected(site.firestore()) as book:
        yield book


def begun(
    site: Site,
    kind: Kind,
    reason: str,
    *,
    by: str = "",
    asked: Mapping[str, Any] | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> Record:
    """Return the record of an operation that begins now, unwritten. Raises RefusedError."""
    now = clock()
    return Record(
        id=new_id(kind, now),
        kind=kind,
        environment=site.name,
        by=by or who(site.root),
        reason=reason,
        commit=commit_of(site.root),
        began=now,
        asked=asked or {},
    )
