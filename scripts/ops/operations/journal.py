"""Goes through an operation's steps, each once, and writes down how far it came.

    with journal.open():
        journal.step("pin", "Pin the traffic", lambda: mover.pin(...))

A step's work looks first and does what is missing, so that one which was cut off can be done
again. With the record of an operation that was cut off, the steps that are over are passed by.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from scripts.ops.operations.book import Book
from scripts.ops.operations.errors import FailedError, WentBackError
from scripts.ops.operations.lock import LEASE, Lock
from scripts.ops.operations.record import Record, State, Step

Tell = Callable[[str], None]
"""Prints one line for people."""


class Journal:
    """The record of one operation, while it goes on. Methods raise OperationError."""

    def __init__(
        self, record: Record, book: Book, tell: Tell, clock: Callable[[], datetime]
    ) -> None:
        self.record = record
        self._book = book
        self._tell = tell
        self._clock = clock
        self._lock: Lock | None = None

    @contextmanager
    def open(self, *, locked: bool = False, by_force: bool = False) -> Iterator[None]:
        """Write the record down at the begin and at the end, whatever the end is.

        `locked` operations keep all others that are from beginning; `by_force` takes the place of
        one that goes on. Raises BusyError.
        """
        if locked:
            self._lock = self._book.take(self._wanted(), self._clock(), by_force=by_force)
        self._book.save(self.record)
        try:
            yield
        except BaseException as error:
            self._end(_state_after(error))
            raise
        self._end(State.DONE)

    def step(self, name: str, title: str, do: Callable[[], str]) -> str:
        """Do a step, unless it is over already; return what it did, in a few words."""
        if (said := self.record.said(name)) is not None:
            self._tell(f"{title}: done before ({said})")
            return said
        self._renew()
        self._tell(f"{title} ...")
        said = do()
        self._tell(f"{title}: {said}")
        self._save(self.record.with_step(Step(name, said, self._clock())))
        return said

    def keep(self, **facts: object) -> None:
        """Write down what a step has found out, which later ones need. It is JSON."""
        self._save(self.record.with_facts(**facts))

    def _wanted(self) -> Lock:
        now, record = self._clock(), self.record
        return Lock(record.id, record.kind.value, record.by, now, now + LEASE)

    def _renew(self) -> None:
        if self._lock is not None:
            self._lock = self._book.renew(self._lock, self._clock())

    def _save(self, record: Record) -> None:
        self.record = record
        self._book.save(record)

    def _end(self, state: State) -> None:
        try:
            self._save(self.record.over(state, self._clock()))
        finally:
            if self._lock is not None:
                self._book.free(self._lock)
                self._lock = None


def _state_after(error: BaseException) -> State:
    match error:
        case WentBackError():
            return State.WENT_BACK
        case FailedError():
            return State.FAILED
        case _:
            return State.STOPPED
