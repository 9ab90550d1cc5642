"""The book of operations: their records, the lock of those that move traffic, the quarantine."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from scripts.ops.operations.lock import Lock
from scripts.ops.operations.record import Kind, Record


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A revision that must get no traffic any more, and why. `revision` is its own name."""

    revision: str
    why: str
    by: str
    at: datetime


class Book(Protocol):
    """Where operations are written down. Methods raise OperationError."""

    def save(self, record: Record) -> None:
        """Write the record down, in the place of what is there of it."""

    def find(self, id_: str) -> Record | None:
        """Return the record of an id. Raises UnreadableError for another version's."""

    def newest(self, *kinds: Kind, most: int = 20) -> list[Record]:
        """Return the newest records of these kinds, of all where none is named.

        What another version of the commands has written is passed by.
        """

    def take(self, wanted: Lock, now: datetime, *, by_force: bool = False) -> Lock:
        """Take the lock, or go on with one's own, which has the same holder.

        Raises BusyError, with who has it, while another one's holds; not `by_force`.
        """

    def held(self, now: datetime) -> Lock | None:
        """Return the lock of the operation that goes on now, if one does."""

    def renew(self, lock: Lock, now: datetime) -> Lock:
        """Say that the operation goes on. Raises LostError where another one has the lock."""

    def free(self, lock: Lock) -> None:
        """Let others. A lock that another one has taken is left to it."""

    def quarantine(self, found: Quarantined) -> None:
        """Keep a revision from ever getting traffic again."""

    def trust(self, revision: str) -> None:
        """Take a revision out of quarantine."""

    def quarantined(self) -> Mapping[str, Quarantined]:
        """Return all of them, by their own names."""
