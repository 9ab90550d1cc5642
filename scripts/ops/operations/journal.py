"""Goes through an operation's steps, each once, and writes down how far it came.

    with journal.open():
        journal.step("pin", "Pin the traffic", lambda: mover.pin(...))

A step's work looks first and does what is missing, so that one which was cut off can be done
again. With the record of an operation that was cut off, the steps that are over are passed by.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from uuid import uuid4

from scripts.ops.operations.book import Book
from scripts.ops.operations.errors import FailedError, LostError, OperationError, WentBackError
from scripts.ops.operations.lock import GRACE, LEASE, Lock
from scripts.ops.operations.record import Record, State, Step
from scripts.ops.operations.shortened import shortened, shortened_text

Tell = Callable[[str], None]
"""Prints one line for people."""
RENEWED_EVERY = timedelta(minutes=1)


class Journal:
    """The record of one operation, while it goes on. Methods raise OperationError."""

    def __init__(
        self, record: Record, book: Book, tell: Tell, clock: Callable[[], datetime]
    ) -> None:
        self.record = record
        self._book = book
        self._tell = tell
        self._clock = clock
        self._holder = uuid4().hex
        self._lock: Lock | None = None
        self._asked_at = clock()
        self._written = record
        self._replaced = False

    @contextmanager
    def open(self, *, locked: bool = False, by_force: bool = False) -> Iterator[None]:
        """Write the record down at the begin and at the end, whatever the end is.

        `locked` operations keep all others that are from beginning; `by_force` takes the place of
        one that goes on. Raises BusyError.
        """
        self._begin(locked=locked, by_force=by_force)
        try:
            yield
        except BaseException as error:
            self._end(_state_after(error), must=True)
            raise
        try:
            self._end(State.DONE, must=False)
        except OperationError as error:
            raise OperationError(
                f"All of {self.record.id} is done, but its record does not say so: {error}"
            ) from error

    def step(self, name: str, title: str, do: Callable[[], str], *, must: bool = False) -> str:
        """Do a step, unless it is over already; return what it did, in a few words.

        One that `must` be done is done although the book does not answer, which is only told.
        """
        if (said := self.record.said(name)) is not None:
            self._tell(f"{title}: done before ({said})")
            return said
        with self._bearing(must=must):
            self._renew()
        self._tell(f"{title} ...")
        said = do()
        self._tell(f"{title}: {said}")
        over = Step(name, shortened_text(said), self._clock())
        self._save(self.record.with_step(over), must=must)
        return said

    def keep(self, *, must: bool = False, **facts: object) -> None:
        """Write down what a step has found out, which later ones need. It is JSON.

        What `must` be kept does not stop the operation where the book does not answer.
        """
        short = {name: shortened(value) for name, value in facts.items()}
        self._save(self.record.with_facts(**short), must=must)

    def go_on(self) -> None:
        """Say that the operation goes on: for what takes long, as often as it likes.

        Raises LostError where another one has taken its place. A book that does not answer is
        told and asked again a minute later: the lock still holds for a while.
        """
        if self._lock is not None and self._clock() - self._asked_at >= RENEWED_EVERY:
            with self._bearing(must=True):
                self._renew()

    def _begin(self, *, locked: bool, by_force: bool) -> None:
        self._lock = self._wanted() if locked else None
        try:
            if self._lock is not None:
                self._lock = self._book.take(self._lock, self._clock(), by_force=by_force)
            self._write(must=False)
        except BaseException:
            with suppress(OperationError):
                self._free()
            raise

    def _wanted(self) -> Lock:
        now, record = self._clock(), self.record
        return Lock(record.id, record.kind.value, record.by, now, now + LEASE, self._holder)

    def _renew(self) -> None:
        if self._lock is None:
            return
        self._asked_at = self._clock()
        try:
            self._lock = self._book.renew(self._lock, self._asked_at)
        except LostError:
            self._replaced = self._is_gone_on_with(self._asked_at)
            raise

    def _is_gone_on_with(self, now: datetime) -> bool:
        """Tell whether somebody else goes on with this very operation, or did, or may."""
        try:
            there, kept = self._book.held(now), self._book.find(self.record.id)
        except OperationError:
            return True
        if kept is None or (there is not None and there.operation == self.record.id):
            return True
        return (kept.state, kept.steps) != (self._written.state, self._written.steps)

    def _save(self, record: Record, *, must: bool) -> None:
        """Write it down, but for a record that somebody else goes on with by now."""
        self.record = record
        try:
            with self._bearing(must=must):
                self._renew()
        finally:
            self._write(must=must)

    def _write(self, *, must: bool) -> None:
        if not self._replaced:
            with self._bearing(must=must):
                self._book.save(self.record)
                self._written = self.record

    def _end(self, state: State, *, must: bool) -> None:
        self.record = self.record.over(state, self._clock())
        try:
            self._write(must=must)
        finally:
            try:
                self._free()
            except OperationError as error:
                minutes = (LEASE + GRACE).total_seconds() / 60
                self._tell(f"Others have to wait for up to {minutes:.0f} min: {error}")

    def _free(self) -> None:
        if self._lock is not None:
            self._book.free(self._lock)
            self._lock = None

    @contextmanager
    def _bearing(self, *, must: bool) -> Iterator[None]:
        try:
            yield
        except LostError:
            raise
        except OperationError as error:
            if not must:
                raise
            self._tell(f"Not written down, which stops nothing: {error}")


def _state_after(error: BaseException) -> State:
    match error:
        case WentBackError():
            return State.WENT_BACK
        case FailedError():
            return State.FAILED
        case _:
            return State.STOPPED
