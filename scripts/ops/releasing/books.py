"""Opens the books of operations that a release needs, and none where it needs none.

What only shows `prepare` or `stage` needs none, so it works without rights in any project. `status`
reads them where they can be read. What changes something keeps its record in production's, and
`finish` has gates that stand in both.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scripts.local.errors import LocalStackError
from scripts.ops.operations.audit import FOLDER, opened_book
from scripts.ops.operations.book import Book
from scripts.ops.operations.errors import OperationError
from scripts.ops.operations.file_book import FileBook
from scripts.ops.operations.journal import Tell
from scripts.ops.operations.site import PRODUCTION, STAGING, find_site
from scripts.ops.place import PlaceError
from scripts.ops.releasing.looking import Books

NOT_ASKED, NOT_LOOKED_AT = "not read, by --without-record", "not looked at"
_WAY_OUT = (
    "Nothing was changed. Where no book of operations can be reached, --without-record keeps the "
    "record in this checkout, and asks you for what stands in the books."
)
_UNREAD = (OperationError, PlaceError, LocalStackError)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the books are, and who is told that one cannot be read."""

    root: Path
    environ: Mapping[str, str]
    clock: Callable[[], datetime]
    tell: Tell

    @contextmanager
    def opened(self, verb: str, *, yes: bool, in_files: bool) -> Iterator[Books]:
        """Yield what a verb needs. Raises OperationError or PlaceError, naming the way out."""
        with ExitStack() as stack:
            if in_files:
                yield Books(self._here, unread=NOT_ASKED)
            elif verb == "status":
                yield self._where_reached(stack)
            elif verb == "finish":
                yield self._reached(stack, PRODUCTION, STAGING)
            elif yes:
                yield self._reached(stack, PRODUCTION)
            else:
                yield Books(self._here, unread=NOT_LOOKED_AT)

    @property
    def _here(self) -> Book:
        return FileBook(self.root / FOLDER / PRODUCTION)

    def _where_reached(self, stack: ExitStack) -> Books:
        try:
            return self._open(stack, PRODUCTION, STAGING)
        except _UNREAD as error:
            self.tell(f"The books of operations are {NOT_LOOKED_AT}: {error}\n")
            return Books(self._here, unread=NOT_LOOKED_AT)

    def _reached(self, stack: ExitStack, *names: str) -> Books:
        try:
            return self._open(stack, *names)
        except _UNREAD as error:
            raise type(error)(f"{error}\n{_WAY_OUT}") from error

    def _open(self, stack: ExitStack, *names: str) -> Books:
        """Return books that answer: each is asked something small first."""
        sites = [find_site(self.root, name, self.environ) for name in names]
        books = [stack.enter_context(opened_book(site)) for site in sites]
        for book in books:
            book.held(self.clock())
        return Books(books[0], books[1] if len(books) > 1 else None)
