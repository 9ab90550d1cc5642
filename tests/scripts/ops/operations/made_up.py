"""Records, locks and books that tests make up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from scripts.ops.operations.book import Quarantined
from scripts.ops.operations.errors import BusyError, LostError
from scripts.ops.operations.lock import LEASE, Lock
from scripts.ops.operations.record import Kind, Record

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def a_record(number: int = 1, kind: Kind = Kind.DEPLOY) -> Record:
    """Return a record that begins a minute after the one of the number before."""
    began = NOON + timedelta(minutes=number)
    name = f"{began:%Y%m%d-%H%M%S}-{kind}-000{number}"
    return Record(name, kind, "staging", "ada@example.com", "a test", "c0ffee", began)


def a_lock(operation: str, now: datetime = NOON, holder: str = "the first process") -> Lock:
    """Return the lock that an operation wants now."""
    return Lock(operation, "deploy", f"{operation}@example.com", now, now + LEASE, holder)


@dataclass
class Clock:
    """A clock that is set by hand."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, passed: timedelta) -> None:
        self.now += passed


@dataclass
class MemoryBook:
    """A Book in memory; `saved` are all states of all records that were ever written down."""

    saved: list[Record] = field(default_factory=list)
    lock: Lock | None = None
    kept: dict[str, Quarantined] = field(default_factory=dict)

    def save(self, record: Record) -> None:
        self.saved.append(record)

    def find(self, id_: str) -> Record | None:
        return next((each for each in reversed(self.saved) if each.id == id_), None)

    def newest(self, *kinds: Kind, most: int = 20) -> list[Record]:
        newest = {each.id: each for each in self.saved if not kinds or each.kind in kinds}
        return [newest[id_] for id_ in sorted(newest, reverse=True)][:most]

    def take(self, wanted: Lock, now: datetime, *, by_force: bool = False) -> Lock:
        there = self.lock
        if there and there.keeps_out(wanted, now) and not by_force:
            raise BusyError(there.told(now))
        self.lock = wanted
        return wanted

    def held(self, now: datetime) -> Lock | None:
        return self.lock if self.lock and self.lock.holds(now) else None

    def renew(self, lock: Lock, now: datetime) -> Lock:
        if self.lock is None or not self.lock.is_of(lock):
            raise LostError("taken")
        self.lock = lock.renewed(now)
        return self.lock

    def free(self, lock: Lock) -> None:
        if self.lock and self.lock.is_of(lock):
            self.lock = None

    def quarantine(self, found: Quarantined) -> None:
        self.kept[found.revision] = found

    def trust(self, revision: str) -> None:
        self.kept.pop(revision, None)

    def quarantined(self) -> Mapping[str, Quarantined]:
        return self.kept
