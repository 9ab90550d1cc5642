"""The book of operations as files, for an hour in which Firestore itself is down.

It knows only what was done from this checkout, and keeps nobody else from moving traffic.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from scripts.ops.operations.book import Quarantined
from scripts.ops.operations.lock import Lock
from scripts.ops.operations.record import Kind, Record, UnreadableError, document, read


class FileBook:
    """A Book in a folder: `ID.json` for each record, and `quarantine.json`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._quarantine = folder / "quarantine.json"

    def save(self, record: Record) -> None:
        """Write the record down."""
        self._write(self._folder / f"{record.id}.json", document(record))

    def find(self, id_: str) -> Record | None:
        """Return the record of an id."""
        path = self._folder / f"{id_}.json"
        return _record(path) if path.exists() else None

    def newest(self, *kinds: Kind, most: int = 20) -> list[Record]:
        """Return the newest records of these kinds; another version's are passed by."""
        found: list[Record] = []
        for path in sorted(self._folder.glob("2*.json"), reverse=True):
            with suppress(UnreadableError):
                record = _record(path)
                found += [record] if not kinds or record.kind in kinds else []
        return found[:most]

    def take(self, wanted: Lock, now: datetime, *, by_force: bool = False) -> Lock:  # noqa: ARG002 - see the module
        """Return the lock: nobody else is known."""
        return wanted

    def held(self, now: datetime) -> Lock | None:  # noqa: ARG002 - see the module
        """Return none: nobody else is known."""
        return None

    def renew(self, lock: Lock, now: datetime) -> Lock:
        """Return it with a whole lease."""
        return lock.renewed(now)

    def free(self, lock: Lock) -> None:
        """Do nothing."""

    def quarantine(self, found: Quarantined) -> None:
        """Keep a revision from traffic."""
        known = {**self.quarantined(), found.revision: found}
        self._write(self._quarantine, {name: asdict(each) for name, each in known.items()})

    def trust(self, revision: str) -> None:
        """Take a revision out of quarantine."""
        known = {name: asdict(each) for name, each in self.quarantined().items()}
        known.pop(revision, None)
        self._write(self._quarantine, known)

    def quarantined(self) -> Mapping[str, Quarantined]:
        """Return all of them, by their own names."""
        if not self._quarantine.exists():
            return {}
        kept = json.loads(self._quarantine.read_text())
        return {name: Quarantined(**_timed(each, "at")) for name, each in kept.items()}

    def _write(self, path: Path, content: Mapping[str, Any]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".new")
        beside.write_text(json.dumps(content, indent=2, default=datetime.isoformat) + "\n")
        beside.replace(path)


def _record(path: Path) -> Record:
    try:
        fields = json.loads(path.read_text())
        steps = [_timed(each, "at") for each in fields["steps"]]
        fields = {**_timed(fields, "began", "ended"), "steps": steps}
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableError(
            f"{path} is not of this version of the commands ({error!r}). It was left as it is. "
            "Use the checkout that wrote it, or a newer one."
        ) from error
    return read(fields)


def _timed(fields: Mapping[str, Any], *names: str) -> dict[str, Any]:
    times = {each: datetime.fromisoformat(fields[each]) for each in names if fields[each]}
    return {**fields, **times}
