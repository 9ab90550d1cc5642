"""The lock of the book of operations in Firestore: the document `operation_locks/traffic`.

How old a lock is says Firestore's own clock, by the document's update time and the time of its
reading: a machine whose clock is ahead would take a lock that holds. Each writing has a new
`beat`, because Firestore keeps the update time of a writing that changes nothing
(https://firebase.google.com/docs/firestore/reference/rpc/google.firestore.v1#writeresult), and
because it tells whose a writing was whose answer got lost.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from google.cloud.firestore import Client, DocumentSnapshot

from scripts.ops.operations.errors import BusyError, LostError
from scripts.ops.operations.firestore_calls import CONFLICT, SilentError, answered
from scripts.ops.operations.lock import LEASE, Lock

LOCKS, TRAFFIC = "operation_locks", "traffic"


class FirestoreLock:
    """A Book's take, held, renew and free; `name` is the project's for people."""

    def __init__(self, client: Client, name: str) -> None:
        self._client = client
        self._name = name
        self._document = client.document(LOCKS, TRAFFIC)

    def take(self, wanted: Lock, now: datetime, *, by_force: bool) -> Lock:
        """Take the lock. Raises BusyError."""
        there = self.seen(now)
        if there and there.keeps_out(wanted, now) and not by_force:
            raise BusyError(
                f"Somebody else is at work on {self._name}: {there.told(now)}. Nothing was done. "
                "Wait for it, or take its place with --take-over: it stops before its next step. "
                "It may be yours, cut off: then --take-over."
            )
        written = self._written(wanted, there)
        if written is None:
            raise BusyError(
                f"Somebody else took the lock of {self._name} at the same moment. Nothing was "
                "done. Give the command again: it will say who has it."
            )
        return written

    def renew(self, lock: Lock, now: datetime) -> Lock:
        """Say that the operation goes on. Raises LostError."""
        there = self.seen(now)
        if there and there.is_of(lock):
            written = self._written(lock.renewed(now), there)
            if written is not None:
                return written
            there = self.seen(now)
        whose = f"by {there.kind} {there.operation} of {there.by}" if there else "by somebody"
        raise LostError(
            f"This operation's place was taken {whose}, so it stops here, and undoes nothing. "
            "Ask them; the record says how far this one came."
        )

    def free(self, lock: Lock) -> None:
        """Let others."""
        there = self.seen(lock.until)
        if there and there.is_of(lock):
            option = self._client.write_option(last_update_time=there.fence)
            delete = self._document.delete
            with suppress(*CONFLICT):
                answered(
                    self._name,
                    lambda left: delete(option=option, retry=None, timeout=left),
                    beside=True,
                )

    def seen(self, now: datetime) -> Lock | None:
        """Return the lock that is there; its end is told by the clock that says `now`."""
        found = self._read()
        if not found.exists:
            return None
        fields = found.to_dict() or {}
        left = LEASE - (found.read_time - found.update_time)
        return Lock(
            operation=fields["operation"],
            kind=fields["kind"],
            by=fields["by"],
            since=fields["since"],
            until=now + left,
            holder=fields["holder"],
            fence=found.update_time,
        )

    def _read(self) -> DocumentSnapshot[Any]:
        get = self._document.get
        return answered(self._name, lambda left: get(retry=None, timeout=left))

    def _written(self, lock: Lock, there: Lock | None) -> Lock | None:
        """Return the lock as it was written in the place of `there`, None where that is gone."""
        fields = {
            "operation": lock.operation,
            "kind": lock.kind,
            "by": lock.by,
            "since": lock.since,
            "holder": lock.holder,
            "beat": uuid4().hex,
        }
        try:
            fence = answered(
                self._name, lambda left: self._commit(fields, there, left), beside=True
            )
        except (SilentError, *CONFLICT) as error:
            found = self._read()
            if not found.exists or found.get("beat") != fields["beat"]:
                if isinstance(error, SilentError):
                    raise
                return None
            fence = found.update_time
        return replace(lock, fence=fence)

    def _commit(self, fields: dict[str, Any], there: Lock | None, seconds: float) -> object:
        batch = self._client.batch()
        if there is None:
            batch.create(self._document, fields)
        else:
            option = self._client.write_option(last_update_time=there.fence)
            batch.update(self._document, fields, option=option)
        return batch.commit(retry=None, timeout=seconds)[0].update_time
