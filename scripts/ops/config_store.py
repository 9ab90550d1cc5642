"""The document of knobs and its history in Firestore, by a person's own rights."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from google.cloud.firestore import DELETE_FIELD, SERVER_TIMESTAMP, Client, Query

from conteur.adapters.firestore_client import ReconnectingClient
from conteur.adapters.firestore_config import DOCUMENT, knob_fields
from conteur.adapters.google_retry import NEVER
from scripts.ops.config_change import Change, Fields, Turned
from scripts.ops.config_errors import conflicting, explained
from scripts.ops.place import Place, emulated

SECONDS = 10.0
DIGITS = 8  # of a record's name: names sort as revisions do
UNSURE = "Whether the change was made is not known: `scripts/config get` shows it"


@dataclass(frozen=True, slots=True)
class Record:
    """One change: its revision, when, by whom, why, and what it turned."""

    revision: int
    at: datetime | None
    by: str
    reason: str
    turned: tuple[Turned, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """The document as it was read. `fence` is its update time, None where there is none."""

    fields: Fields
    revision: int
    fence: Any


class ConfigStore:
    """The document `config/runtime` and `config/runtime/history`. Methods raise ConfigError."""

    def __init__(self, client: Client, name: str) -> None:
        self._client = client
        self._name = name
        self._document = client.document(DOCUMENT)
        self._history = self._document.collection("history")

    def read(self) -> Stored:
        """Return the document, and the newest revision, which its history may have alone."""
        with explained(self._name):
            found = self._document.get(retry=None, timeout=SECONDS)
        fields = found.to_dict() or {}
        newest = [record.revision for record in self.history(1)]
        revision = max([_whole(fields.get("revision")), *newest])
        return Stored(knob_fields(fields), revision, found.update_time if found.exists else None)

    def history(self, most: int) -> list[Record]:
        """Return the newest changes, `most` of them, the newest first."""
        query = self._history.order_by("revision", direction=Query.DESCENDING).limit(most)
        with explained(self._name):
            found = query.get(retry=NEVER, timeout=SECONDS)
            return [_record(record.to_dict() or {}) for record in found]

    def write(self, stored: Stored, change: Change, by: str, reason: str) -> int:
        """Write the document and a record of the change, both or neither; return its revision.

        Raises ConflictError where the document is not as it was `stored` any more.
        """
        revision = stored.revision + 1
        notes = {
            "revision": revision,
            "changedAt": SERVER_TIMESTAMP,
            "changedBy": by,
            "reason": reason,
        }
        batch = self._client.batch()
        if stored.fence is None:
            batch.create(self._document, {**change.fields, **notes})
        else:
            option = self._client.write_option(last_update_time=stored.fence)
            changed = self._changed(stored.fields, change.fields)
            batch.update(self._document, {**changed, **notes}, option=option)
        turned = [
            {"knob": each.knob, "before": each.before, "after": each.after}
            for each in change.turned
        ]
        batch.create(self._history.document(f"{revision:0{DIGITS}d}"), {**notes, "changes": turned})
        with explained(self._name, UNSURE), conflicting():
            batch.commit(retry=None, timeout=SECONDS)
        return revision

    def _changed(self, before: Fields, after: Fields) -> dict[str, object]:
        """Return the fields of the first level that differ, by their quoted names."""
        return {
            self._client.field_path(name): after.get(name, DELETE_FIELD)
            for name in {*before, *after}
            if name not in after or name not in before or before[name] != after[name]
        }


@contextmanager
def connected(place: Place) -> Iterator[ConfigStore]:
    """Yield the store of a place. Raises ConfigError."""
    with explained(place.name), emulated(place):
        client = ReconnectingClient(project=place.project)
    try:
        yield ConfigStore(client, place.name)
    finally:
        client.close()  # type: ignore[no-untyped-call]  # the library's own is untyped


def _record(fields: Mapping[str, Any]) -> Record:
    changes = fields.get("changes", ())
    return Record(
        revision=_whole(fields.get("revision")),
        at=fields.get("changedAt"),
        by=str(fields.get("changedBy", "")),
        reason=str(fields.get("reason", "")),
        turned=tuple(Turned(each["knob"], each["before"], each["after"]) for each in changes),
    )


def _whole(value: object) -> int:
    """Return a revision; 0 for what a hand wrote that is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
