"""The book of operations in the project's own Firestore, by a person's own rights.

Records are `operations/{id}`, the lock is `operation_locks/traffic`, the quarantine
`quarantine/{revision}`. firestore.rules let no app read or write any of them.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from google.api_core.exceptions import (
    Aborted,
    AlreadyExists,
    FailedPrecondition,
    GoogleAPICallError,
    NotFound,
    RetryError,
)
from google.auth.exceptions import GoogleAuthError
from google.cloud.firestore import Client, Query

from conteur.adapters.firestore_client import ReconnectingClient
from conteur.adapters.google_retry import NEVER
from scripts.ops.config_errors import TEXTS, UNREACHABLE, UNREACHED
from scripts.ops.operations.book import Quarantined
from scripts.ops.operations.errors import BusyError, LostError, OperationError
from scripts.ops.operations.lock import Lock
from scripts.ops.operations.record import Kind, Record, document, read
from scripts.ops.place import Place, emulated

RECORDS, LOCKS, QUARANTINE = "operations", "operation_locks", "quarantine"
TRAFFIC = "traffic"
SECONDS = 10.0
_CONFLICT = (Aborted, AlreadyExists, FailedPrecondition, NotFound)


class FirestoreBook:
    """A Book in Firestore; `name` is the project's for people."""

    def __init__(self, client: Client, name: str) -> None:
        self._client = client
        self._name = name
        self._lock = client.document(LOCKS, TRAFFIC)

    def save(self, record: Record) -> None:
        """Write the record down."""
        with _explained(self._name):
            kept = self._client.document(RECORDS, record.id)
            kept.set(document(record), retry=None, timeout=SECONDS)

    def find(self, id_: str) -> Record | None:
        """Return the record of an id."""
        with _explained(self._name):
            found = self._client.document(RECORDS, id_).get(retry=None, timeout=SECONDS)
        return read(found.to_dict() or {}) if found.exists else None

    def newest(self, *kinds: Kind, most: int = 20) -> list[Record]:
        """Return the newest records, by the index that each field has by itself."""
        query = self._client.collection(RECORDS).order_by("began", direction=Query.DESCENDING)
        found: list[Record] = []
        with _explained(self._name):
            for each in query.stream(retry=NEVER, timeout=SECONDS):
                record = read(each.to_dict() or {})
                found += [record] if not kinds or record.kind in kinds else []
                if len(found) == most:
                    break
        return found

    def take(self, wanted: Lock, now: datetime, *, by_force: bool = False) -> Lock:
        """Take the lock. Raises BusyError."""
        there = self._read_lock()
        if there and there.operation != wanted.operation and there.holds(now) and not by_force:
            raise BusyError(
                f"Somebody else is at work on {self._name}: {there.told(now)}. Nothing was done. "
                "Wait for it, or take its place with --take-over: it stops before its next step."
            )
        return self._write_lock(wanted, there.fence if there else None)

    def renew(self, lock: Lock, now: datetime) -> Lock:
        """Say that the operation goes on. Raises LostError."""
        there = self._read_lock()
        if there is None or there.operation != lock.operation:
            whose = f"by {there.kind} {there.operation} of {there.by}" if there else "by somebody"
            raise LostError(
                f"This operation's place was taken {whose}, so it stops here, and undoes nothing. "
                "Ask them; the record says how far this one came."
            )
        return self._write_lock(lock.renewed(now), there.fence)

    def free(self, lock: Lock) -> None:
        """Let others."""
        there = self._read_lock()
        if there and there.operation == lock.operation:
            option = self._client.write_option(last_update_time=there.fence)
            with _explained(self._name):
                try:
                    self._lock.delete(option=option, retry=None, timeout=SECONDS)
                except _CONFLICT:
                    return

    def quarantine(self, found: Quarantined) -> None:
        """Keep a revision from traffic."""
        fields = {"why": found.why, "by": found.by, "at": found.at}
        with _explained(self._name):
            kept = self._client.document(QUARANTINE, found.revision)
            kept.set(fields, retry=None, timeout=SECONDS)

    def trust(self, revision: str) -> None:
        """Take a revision out of quarantine."""
        with _explained(self._name):
            self._client.document(QUARANTINE, revision).delete(retry=None, timeout=SECONDS)

    def quarantined(self) -> Mapping[str, Quarantined]:
        """Return all of them, by their own names."""
        with _explained(self._name):
            found = self._client.collection(QUARANTINE).stream(retry=NEVER, timeout=SECONDS)
            return {each.id: _quarantined(each.id, each.to_dict() or {}) for each in found}

    def _read_lock(self) -> Lock | None:
        with _explained(self._name):
            found = self._lock.get(retry=None, timeout=SECONDS)
        return Lock(**(found.to_dict() or {}), fence=found.update_time) if found.exists else None

    def _write_lock(self, lock: Lock, fence: object) -> Lock:
        fields = {
            "operation": lock.operation,
            "kind": lock.kind,
            "by": lock.by,
            "since": lock.since,
            "until": lock.until,
        }
        batch = self._client.batch()
        if fence is None:
            batch.create(self._lock, fields)
        else:
            option = self._client.write_option(last_update_time=fence)
            batch.update(self._lock, fields, option=option)
        with _explained(self._name):
            try:
                written = batch.commit(retry=None, timeout=SECONDS)
            except _CONFLICT as error:
                raise BusyError(
                    f"Somebody else took the lock of {self._name} at the same moment. Nothing was "
                    "done. Give the command again: it will say who has it."
                ) from error
        return replace(lock, fence=written[0].update_time)


@contextmanager
def connected(place: Place) -> Iterator[FirestoreBook]:
    """Yield the book of a place. Raises OperationError."""
    with _explained(place.name), emulated(place):
        client = ReconnectingClient(project=place.project)
    try:
        yield FirestoreBook(client, place.name)
    finally:
        client.close()  # type: ignore[no-untyped-call]  # the library's own is untyped


def _quarantined(revision: str, fields: Mapping[str, Any]) -> Quarantined:
    return Quarantined(revision, fields["why"], fields["by"], fields["at"])


@contextmanager
def _explained(where: str) -> Iterator[None]:
    try:
        yield
    except (GoogleAPICallError, RetryError, GoogleAuthError) as error:
        happened, mend = _told(error)
        raise OperationError(
            f"{where}: the book of operations cannot be used: {happened}. {mend}."
        ) from error


def _told(error: Exception) -> tuple[str, str]:
    if isinstance(error, UNREACHABLE):
        return UNREACHED
    told = ((happened, mend) for kinds, happened, mend in TEXTS if isinstance(error, kinds))
    return next(told, (f"Firestore refused ({error})", "Mend what it says, and try again"))
