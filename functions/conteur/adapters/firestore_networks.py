"""The networks' counters in Firestore: `networks/{day}` and `networks/{day}/prefixes/{hash}`.

Importing this module imports Firestore's client: the composition root does so in the worker.
"""

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from google.api_core.exceptions import AlreadyExists
from google.cloud.firestore import DocumentSnapshot

from conteur.adapters import firestore_writes as writes
from conteur.adapters.firestore_client import ReconnectingClient as Client
from conteur.adapters.firestore_failures import translated
from conteur.adapters.google_retry import repeated
from conteur.domain.deadline import Deadline
from conteur.errors import Phase

# Firestore deletes both by their `expiresAt` (firestore.indexes.json), "typically within 24 hours"
# after it (https://firebase.google.com/docs/firestore/ttl). Without its salt a hash is nobody's.
KEPT_DAYS = 2
SALT_BYTES = 32

_SALT = "salt"
_STORIES = "stories"

_Answer = TypeVar("_Answer")


class FirestoreNetworks:
    """Implements guard_ports.Networks.

    An increment whose answer is lost is made again: it may count twice, and never counts less.
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    def salt(self, day: str, timeout: float) -> bytes:
        """Return the day's salt; whoever asks first makes it, the others read theirs."""
        deadline = Deadline(time.monotonic() + timeout)
        with translated(Phase.ADMISSION):
            return self._kept_salt(day, deadline) or self._made_salt(day, deadline)

    def add(self, day: str, network: str, stories: int, timeout: float) -> int:
        """Count `stories`, and return all that the network had that day; 0 only reads."""
        call = self._increased(day, network, stories) if stories else self._read(day, network)
        with translated(Phase.ADMISSION):
            return repeated(call, timeout, "firestore")

    def _kept_salt(self, day: str, deadline: Deadline) -> bytes | None:
        kept = self._within(deadline, lambda left: self._get(_day_path(day), left))
        salt: bytes | None = (kept.to_dict() or {}).get(_SALT)
        return salt

    def _made_salt(self, day: str, deadline: Deadline) -> bytes:
        salt = secrets.token_bytes(SALT_BYTES)
        fields = {_SALT: salt, "expiresAt": _expiry(day)}
        reference = self._client.document(_day_path(day))
        try:
            self._within(deadline, lambda left: reference.create(fields, retry=None, timeout=left))
        except AlreadyExists:  # of another instance, or of our own try whose answer was lost
            kept = self._kept_salt(day, deadline)
            if kept is None:  # a document of somebody else's: without a salt a hash hides nothing
                raise
            return kept
        return salt

    def _within(self, deadline: Deadline, call: Callable[[float], _Answer]) -> _Answer:
        return repeated(call, deadline.remaining(time.monotonic()), "firestore")

    def _increased(self, day: str, network: str, stories: int) -> Callable[[float], int]:
        name = self._client.name_of(_network_path(day, network))
        write = writes.increase(name, {_STORIES: stories}, {"expiresAt": _expiry(day)})

        def commit(left: float) -> int:
            (result,) = self._client.commit([write], left)
            return int(result.transform_results[0].integer_value)

        return commit

    def _read(self, day: str, network: str) -> Callable[[float], int]:
        path = _network_path(day, network)
        return lambda left: int((self._get(path, left).to_dict() or {}).get(_STORIES, 0))

    def _get(self, path: str, left: float) -> "DocumentSnapshot[Any]":
        return self._client.document(path).get(retry=None, timeout=left)


def _day_path(day: str) -> str:
    return f"networks/{day}"


def _network_path(day: str, network: str) -> str:
    return f"{_day_path(day)}/prefixes/{network}"


def _expiry(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(days=KEPT_DAYS)
