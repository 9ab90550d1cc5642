"""Which values were there already, kept on disk: a source may have more than memory holds."""

import sqlite3
from types import TracebackType
from typing import Self


class Seen:
    """Sets of texts by their names, in a file that goes with the block."""

    def __init__(self) -> None:
        # "" is a private file on disk: https://www.sqlite.org/inmemorydb.html#temp_db
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute(
            "CREATE TABLE seen (kind TEXT, name TEXT, PRIMARY KEY (kind, name)) WITHOUT ROWID"
        )
        # One transaction: nothing of this needs to outlive the process.
        self._database.execute("BEGIN")

    def __enter__(self) -> Self:
        """Return the sets, which are empty."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Delete the file."""
        self._database.close()

    def add(self, kind: str, name: str) -> bool:
        """Add a text to a set; False where it was there."""
        added = self._database.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (kind, name))
        return added.rowcount == 1

    def __contains__(self, kind_and_name: tuple[str, str]) -> bool:
        """Tell whether a set has a text."""
        found = self._database.execute(
            "SELECT 1 FROM seen WHERE kind = ? AND name = ?", kind_and_name
        )
        return found.fetchone() is not None
