"""The book of operations in the project's own Firestore, by a person's own rights.

Records are `operations/{id}`, the lock is `operation_locks/traffic`, the quarantine
`quarantine/{revision}`. firestore.rules let no app read or write any of them.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from google.auth.exceptions import GoogleAuthError
from google.cloud.firestore import Client, Query
from google.cloud.firestore_v1.base_query import FieldFilter

from conteur.adapters.firestore_client import ReconnectingClient
from conteur.adapters.google_retry import NEVER
from scripts.ops.operations.book import Quarantined
from scripts.ops.operations.firestore_calls import answered, explained
from scripts.ops.operations.firestore_lock import FirestoreLock
from scripts.ops.operations.lock import Lock
from scripts.ops.operations.record import Kind, Record, UnreadableError, document, read
from scripts.ops.place import Place, emulated

RECORDS, QUARANTINE = "operations", "quarantine"
BY_KIND = "kind_began"
"""Kind and time in one field: kind and order together would need an index of their own."""
PAGE = 50


class FirestoreBook:
    """A Book in Firestore; `name` is the project's for people."""

    def __init__(self, client: Client, name: str) -> None:
        self._client = client
        self._name = name
        self._lock = FirestoreLock(client, name)

    def save(self, record: Record) -> None:
        """Write the record down."""
        put = self._client.document(RECORDS, record.id).set
        began = f"{record.began.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"
        fields = {**document(record), BY_KIND: f"{record.kind} {began}"}
        answered(self._name, lambda left: put(fields, retry=None, timeout=left))

    def find(self, id_: str) -> Record | None:
        """Return the record of an id."""
        get = self._client.document(RECORDS, id_).get
        found = answered(self._name, lambda left: get(retry=None, timeout=left))
        return read(found.to_dict() or {}) if found.exists else None

    def newest(self, *kinds: Kind, most: int = 20) -> list[Record]:
        """Return the newest records, by the index that each field has by itself."""
        every = self._client.collection(RECORDS)
        if not kinds:
            return self._readable(every.order_by("began", direction=Query.DESCENDING), most)
        found: list[Record] = []
        for kind in set(kinds):
            since = every.where(filter=FieldFilter(BY_KIND, ">=", f"{kind} "))
            its = since.where(filter=FieldFilter(BY_KIND, "<", f"{kind}!"))
            found += self._readable(its.order_by(BY_KIND, direction=Query.DESCENDING), most)
        return sorted(found, key=lambda each: each.began, reverse=True)[:most]

    def take(self, wanted: Lock, now: datetime, *, by_force: bool = False) -> Lock:
        """Take the lock. Raises BusyError."""
        return self._lock.take(wanted, now, by_force=by_force)

    def held(self, now: datetime) -> Lock | None:
        """Return the lock of the operation that goes on now, if one does."""
        there = self._lock.seen(now)
        return there if there and there.holds(now) else None

    def renew(self, lock: Lock, now: datetime) -> Lock:
        """Say that the operation goes on. Raises LostError."""
        return self._lock.renew(lock, now)

    def free(self, lock: Lock) -> None:
        """Let others."""
        self._lock.free(lock)

    def quarantine(self, found: Quarantined) -> None:
        """Keep a revision from traffic."""
        put = self._client.document(QUARANTINE, found.revision).set
        fields = {"why": found.why, "by": found.by, "at": found.at}
        answered(self._name, lambda left: put(fields, retry=None, timeout=left))

    def trust(self, revision: str) -> None:
        """Take a revision out of quarantine."""
        delete = self._client.document(QUARANTINE, revision).delete
        answered(self._name, lambda left: delete(retry=None, timeout=left))

    def quarantined(self) -> Mapping[str, Quarantined]:
        """Return all of them, by their own names."""
        stream = self._client.collection(QUARANTINE).stream
        found = answered(self._name, lambda left: list(stream(retry=NEVER, timeout=left)))
        return {each.id: _quarantined(each.id, each.to_dict() or {}) for each in found}

    def _readable(self, query: Query, most: int) -> list[Record]:
        """Return the first records that this version knows, read page by page."""
        found: list[Record] = []
        rest = query.limit(min(PAGE, most))
        while page := answered(
            self._name,
            lambda left, rest=rest: list(rest.stream(retry=NEVER, timeout=left)),  # type: ignore[misc]  # binds the loop's value
        ):
            for each in page:
                with suppress(UnreadableError):
                    found.append(read(each.to_dict() or {}))
            if len(found) >= most:
                break
            rest = query.limit(PAGE).start_after(page[-1])
        return found[:most]


@contextmanager
def connected(place: Place) -> Iterator[FirestoreBook]:
    """Yield the book of a place. Raises OperationError."""
    try:
        with emulated(place):
            client = ReconnectingClient(project=place.project)
    except GoogleAuthError as error:
        raise explained(place.name, error) from error
    try:
        yield FirestoreBook(client, place.name)
    finally:
        client.close()  # type: ignore[no-untyped-call]  # the library's own is untyped


def _quarantined(revision: str, fields: Mapping[str, Any]) -> Quarantined:
    return Quarantined(revision, fields["why"], fields["by"], fields["at"])
