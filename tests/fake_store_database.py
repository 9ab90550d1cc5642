"""A database of stores in memory: what a transaction sees is exact, and the test drives it."""

from collections import deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock
from typing import TypeVar
from uuid import UUID, uuid4

from conteur.domain.deadline import Deadline
from conteur.domain.store.answer import KeptAnswer
from conteur.domain.store.author import Author, Store, Subject, SubjectKind
from conteur.domain.store.events import DueMail, Event, NewMail
from conteur.domain.store.onboarding import Progress, Step, StepDefinition
from conteur.errors import (
    DatabaseUnavailableError,
    GatingUnavailableError,
    IdempotencyInFlightError,
    StoreError,
    StoreTimeoutError,
)
from conteur.use_cases.ports import Clock
from tests.fake_store_tables import ALWAYS, ActiveStep, KeptMail, Tables
from tests.fakes import FakeClock

KEPT_CALL = KEPT_MAIL = timedelta(days=30)

_Value = TypeVar("_Value")


Write = Callable[[Tables], _Value]


class FakeStoreDatabase:
    """Implements StoreDatabase and MailOutbox of use_cases/store/ports.py.

    `tables` holds what is committed. `began` counts transactions.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or FakeClock()
        self.tables = Tables()
        self.began = 0
        self.mutex = Lock()
        self._locks: dict[Hashable, Lock] = {}
        self._failures: deque[tuple[str, StoreError]] = deque()
        self._lost_commits = 0

    def add_author(self, author: Author, store: Store | None = None, firebase: str = "") -> None:
        self.tables.authors[author.id] = author
        if store:
            self.tables.stores[author.id] = store
        if firebase:
            self.tables.firebase[firebase] = author.id

    def add_steps(
        self, *definitions: StepDefinition, begin: datetime = ALWAYS[0], end: datetime = ALWAYS[1]
    ) -> None:
        for each in definitions:
            self.tables.steps[each.id, each.version] = ActiveStep(each, begin, end)

    def add_progress(self, author_id: str, step: str, progress: Progress) -> None:
        row_version = max(1, progress.row_version)
        self.tables.progress[author_id, step] = replace(progress, row_version=row_version)

    def fail_next(self, error: StoreError, at: str = "transaction") -> None:
        """Let the next transaction fail where it begins, in the method `at`, or at `commit`."""
        self._failures.append((at, error))

    def lose_commit(self) -> None:
        """Let the next commit happen, and nobody hear of it."""
        self._lost_commits += 1

    def break_steps(self, step: str) -> None:
        """Let the data of a step be such that nobody understands it."""
        message = f"the step {step} cannot be understood"
        self.fail_next(GatingUnavailableError(message), at="steps")

    @contextmanager
    def transaction(self, deadline: Deadline) -> Iterator["FakeTransaction"]:
        self.began += 1
        self.may_fail("transaction", deadline)
        current = FakeTransaction(self, deadline)
        try:
            yield current
            self.may_fail("commit", deadline)
            self._commit(current.writes)
        finally:
            current.release()

    def _commit(self, writes: Sequence[Write[object]]) -> None:
        with self.mutex:
            done = self.tables.copy()
            for write in writes:
                write(done)
            # In place: a test may hold the tables.
            vars(self.tables).update(vars(done))
            lost, self._lost_commits = self._lost_commits > 0, max(0, self._lost_commits - 1)
        if lost:
            raise DatabaseUnavailableError("the commit was not answered", failure="connection")

    def may_fail(self, where: str, deadline: Deadline) -> None:
        if self._failures and self._failures[0][0] == where:
            raise self._failures.popleft()[1]
        if deadline.remaining(self.clock.monotonic()) <= 0:
            raise StoreTimeoutError("the time is up")

    def lock(self, key: Hashable) -> Lock:
        with self.mutex:
            return self._locks.setdefault(key, Lock())

    def take(self, most: int, now: datetime, until: datetime, deadline: Deadline) -> list[DueMail]:
        self.may_fail("take", deadline)
        with self.mutex:
            due = [mail for mail in self.tables.mails.values() if _is_due(mail, now)]
            taken = sorted(due, key=lambda mail: mail.due)[:most]
            for mail in taken:
                again = replace(mail, due=until, attempts=mail.attempts + 1)
                self.tables.mails[mail.id] = again
        return [_due_mail(self.tables.mails[mail.id]) for mail in taken]

    def sent(self, mail: DueMail, now: datetime, deadline: Deadline) -> None:
        self.may_fail("sent", deadline)
        with self.mutex:
            kept = self.tables.mails[mail.id]
            self.tables.mails[mail.id] = replace(kept, sent=now, given_up=False)

    def failed(
        self, mail: DueMail, problem: str, again: datetime | None, deadline: Deadline
    ) -> None:
        self.may_fail("failed", deadline)
        with self.mutex:
            kept = self.tables.mails[mail.id]
            self.tables.mails[mail.id] = replace(
                kept, problem=problem, due=again or kept.due, given_up=again is None
            )

    def forget(self, now: datetime, deadline: Deadline) -> int:
        self.may_fail("forget", deadline)
        with self.mutex:
            expired = [key for key, (_, end) in self.tables.kept.items() if end <= now]
            old = [key for key, at in self.tables.calls.items() if at < now - KEPT_CALL]
            ended = [
                key
                for key, kept in self.tables.mails.items()
                if (kept.sent or kept.given_up) and kept.due < now - KEPT_MAIL
            ]
            for mail in ended:
                del self.tables.mails[mail]
            for record in expired:
                del self.tables.kept[record]
            for call in old:
                del self.tables.calls[call]
        return len(expired) + len(old) + len(ended)


class FakeTransaction:
    """Sees what is committed and its own writes, which nobody else does before the end."""

    def __init__(self, database: FakeStoreDatabase, deadline: Deadline) -> None:
        self._database = database
        self._deadline = deadline
        self._held: dict[Hashable, Lock] = {}
        self.writes: list[Write[object]] = []

    def author(self, subject: Subject) -> Author | None:
        tables = self._read("author")
        known = (
            subject.id if subject.kind == SubjectKind.AUTHOR else tables.firebase.get(subject.id)
        )
        return tables.authors.get(known) if known else None

    def store_of(self, author_id: str, *, lock: bool) -> Store | None:
        if lock:
            self._lock(("store", author_id))
        return self._read("store_of").stores.get(author_id)

    def store_at(self, slug: str) -> Store | None:
        stores = self._read("store_at").stores.values()
        return next((store for store in stores if store.slug == slug), None)

    def steps(self, author_id: str, now: datetime) -> Sequence[Step]:
        tables = self._read("steps")
        newest: dict[str, StepDefinition] = {}
        for row in sorted(tables.steps.values(), key=lambda row: row.definition.version):
            if row.active_from <= now < row.active_to:
                newest[row.definition.id] = row.definition
        ordered = sorted(newest.values(), key=lambda each: (each.position, each.id))
        return [Step(each, tables.progress.get((author_id, each.id))) for each in ordered]

    def publish(self, store: Store, publication: UUID, now: datetime) -> Store:
        return self._change("publish", store, published_at=now, publication=publication)

    def unpublish(self, store: Store) -> Store:
        return self._change("unpublish", store, published_at=None, publication=None)

    def _change(
        self, name: str, store: Store, *, published_at: datetime | None, publication: UUID | None
    ) -> Store:
        self._lock(("store", store.author_id))

        def write(tables: Tables) -> Store:
            kept = tables.stores.get(store.author_id)
            if kept is None or (kept.id, kept.version) != (store.id, store.version):
                raise _stale()
            changed = replace(
                kept,
                published_at=published_at,
                publication=publication,
                version=kept.version + 1,
            )
            tables.stores[store.author_id] = changed
            return changed

        return self._write(name, write)

    def save_progress(self, author_id: str, step: str, progress: Progress) -> None:
        key = author_id, step

        def write(tables: Tables) -> None:
            kept = tables.progress.get(key)
            if (kept.row_version if kept else 0) != progress.row_version:
                raise _stale()
            tables.progress[key] = replace(progress, row_version=max(1, progress.row_version) + 1)

        self._lock(("progress", *key))
        self._write("save_progress", write)

    def record(self, event: Event) -> None:
        self._write("record", lambda tables: tables.events.append(event))

    def post(self, mail: NewMail) -> None:
        kept = KeptMail(uuid4(), mail)
        self._write("post", lambda tables: tables.mails.update({kept.id: kept}))

    def recall(self, author_id: str, route: str, key: str) -> KeptAnswer | None:
        self._read("recall")
        held = "answer", author_id, route, key
        if held not in self._held:
            lock = self._database.lock(held)
            if not lock.acquire(blocking=False):
                raise IdempotencyInFlightError("in flight", retry_after_seconds=1)
            self._held[held] = lock
        kept = self._read("recall").kept.get((author_id, route, key))
        return kept[0] if kept and kept[1] > self._database.clock.now() else None

    def keep(
        self, author_id: str, route: str, key: str, kept: KeptAnswer, expires: datetime
    ) -> None:
        row = {(author_id, route, key): (kept, expires)}
        self._write("keep", lambda tables: tables.kept.update(row))

    def take_call(self, provider: str, call_id: str) -> bool:
        key, now = (provider, call_id), self._database.clock.now()
        self._lock(("call", *key))

        def write(tables: Tables) -> bool:
            is_new = key not in tables.calls
            tables.calls.setdefault(key, now)
            return is_new

        return self._write("take_call", write)

    def release(self) -> None:
        for lock in self._held.values():
            lock.release()

    def _read(self, name: str) -> Tables:
        self._database.may_fail(name, self._deadline)
        with self._database.mutex:
            tables = self._database.tables.copy()
        for write in self.writes:
            write(tables)
        return tables

    def _write(self, name: str, write: Write[_Value]) -> _Value:
        written = write(self._read(name))
        self.writes.append(write)
        return written

    def _lock(self, key: Hashable) -> None:
        if key in self._held:
            return
        lock = self._database.lock(key)
        if not lock.acquire(timeout=self._deadline.remaining(self._database.clock.monotonic())):
            raise StoreTimeoutError("the time is up")
        self._held[key] = lock


def _is_due(mail: KeptMail, now: datetime) -> bool:
    return mail.sent is None and not mail.given_up and mail.due <= now


def _due_mail(kept: KeptMail) -> DueMail:
    mail = kept.mail
    return DueMail(kept.id, mail.kind, mail.recipient, mail.facts, kept.attempts)


def _stale() -> DatabaseUnavailableError:
    return DatabaseUnavailableError("somebody else has written", failure="stale")
