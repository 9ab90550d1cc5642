"""Takes revisions out of quarantine, by a person who says why."""

from collections.abc import Sequence
from functools import partial

from scripts.ops.operations.book import Book
from scripts.ops.operations.journal import Journal


def trust(journal: Journal, book: Book, revisions: Sequence[str]) -> None:
    """Do it, each revision once. Raises OperationError."""
    for name in revisions:
        journal.step(f"trust {name}", f"Trust {name}", partial(_trusted, book, name))


def trust_text(book: Book, revisions: Sequence[str]) -> str:
    """Return what would be done, for people."""
    kept = book.quarantined()
    lines = [
        f"{name}: quarantined {kept[name].at:%Y-%m-%d %H:%M} UTC by {kept[name].by}: "
        f"{kept[name].why}"
        if name in kept
        else f"{name}: is not in quarantine"
        for name in revisions
    ]
    return "\n".join(lines)


def _trusted(book: Book, name: str) -> str:
    if name not in book.quarantined():
        return "was not in quarantine"
    book.trust(name)
    return "may serve again"
