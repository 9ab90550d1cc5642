"""A journal that tests look into, with books that count or are silent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scripts.ops.operations.errors import OperationError
from scripts.ops.operations.journal import Journal
from scripts.ops.operations.lock import Lock
from scripts.ops.operations.record import Record, State
from tests.scripts.ops.operations.made_up import Clock, MemoryBook, a_lock, a_record


@dataclass
class CountingBook(MemoryBook):
    """A book that counts how often somebody said that it goes on."""

    renewals: int = 0

    def renew(self, lock: Lock, now: datetime) -> Lock:
        self.renewals += 1
        return super().renew(lock, now)


@dataclass
class SilentBook(MemoryBook):
    """A book of which some calls get no answer; the lock is taken all the same."""

    silent: set[str] = field(default_factory=set)

    def save(self, record: Record) -> None:
        self._answer("save")
        super().save(record)

    def find(self, id_: str) -> Record | None:
        self._answer("find")
        return super().find(id_)

    def take(self, wanted: Lock, now: datetime, *, by_force: bool = False) -> Lock:
        taken = super().take(wanted, now, by_force=by_force)
        self._answer("take")
        return taken

    def renew(self, lock: Lock, now: datetime) -> Lock:
        self._answer("renew")
        return super().renew(lock, now)

    def free(self, lock: Lock) -> None:
        self._answer("free")
        super().free(lock)

    def _answer(self, call: str) -> None:
        if call in self.silent:
            raise OperationError("silent")


class Desk:
    """A journal with its book, and what it told."""

    def __init__(self, book: MemoryBook | None = None) -> None:
        self.book = book or MemoryBook()
        self.told: list[str] = []
        self.clock = Clock()
        known = self.book.find(a_record().id)
        self.journal = Journal(known or a_record(), self.book, self.told.append, self.clock)

    @property
    def state(self) -> State:
        return self.book.saved[-1].state

    def silence(self, *, until: bool = False) -> str:
        """Have the book answer nothing from now on, or all again."""
        assert isinstance(self.book, SilentBook)
        self.book.silent = set() if until else {"save", "take", "renew", "free"}
        return "Be silent"

    def bob_takes_it(self, *silent: str) -> str:
        """Have somebody else take the lock, and the book not answer these calls."""
        if isinstance(self.book, SilentBook):
            self.book.silent = set(silent)
        self.book.lock = a_lock("bob")
        return "Go on"

    def waits_while_bob_takes_it(self) -> None:
        """Say that it goes on a minute after somebody else took the lock."""
        self.bob_takes_it()
        self.clock.pass_by(timedelta(minutes=1))
        self.journal.go_on()


def raising(error: BaseException) -> Callable[[], str]:
    """Return work that only raises."""

    def do() -> str:
        raise error

    return do
