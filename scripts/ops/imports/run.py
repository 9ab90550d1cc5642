"""An import: all is checked, then all is written, then all is counted."""

from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg

from scripts.ops.imports.checks import Checked, Checker
from scripts.ops.imports.errors import ImportRefusedError
from scripts.ops.imports.report import Report, TableReport
from scripts.ops.imports.seen import Seen
from scripts.ops.imports.sources import tables_of
from scripts.ops.imports.tables import Row, Table
from scripts.ops.imports.writing import compare, write

Say = Callable[[str], None]
"""Tells a person how far it is."""

Take = Callable[[Table, list[Row]], None]


@dataclass(slots=True)
class Import:
    """One import from the checker's source into the database of `connection`."""

    checker: Checker
    connection: psycopg.Connection
    say: Say
    report: Report = field(default_factory=Report)

    def check(self) -> None:
        """Check every row, and write none. Raises ImportRefusedError for a column that lacks."""
        for table in tables_of(self.checker.source):
            left = self._check_columns(table)
            self.report.tables[table.name] = TableReport(left=left)
        with Seen() as seen:
            for table in tables_of(self.checker.source):
                for batch in self.checker.batches(table, seen):
                    self._note(table, batch)

    def write(self) -> None:
        """Write what is good, a batch in a transaction."""
        self.report.written = True
        self._each("written", self._write)

    def compare(self) -> None:
        """Count what of the source is here, and what of that differs."""
        self._each("compared", self._compare)

    def _check_columns(self, table: Table) -> list[str]:
        """Return the columns that nothing takes."""
        ours = self.checker.renaming.names(table, self.checker.source.columns(table) or [])
        if missing := [name for name in table.needed if name not in ours]:
            raise ImportRefusedError(
                f"{table.name} has no column {' and '.join(missing)}. It has {', '.join(ours)}. "
                f"Name the one that it is: --map {table.name}.OLD={missing[0]}. Nothing was "
                "written."
            )
        known = {column.name for column in table.columns}
        return [name for name in ours if name not in known]

    def _note(self, table: Table, batch: list[Checked]) -> None:
        counts = self.report.tables[table.name]
        counts.read += len(batch)
        counts.skipped += sum(each.left_out for each in batch)
        for each in batch:
            if each.problems:
                counts.bad += 1
                place = self.checker.source.place(table, each.number)
                self.report.tell(f"{place}{_key(table, each)}: {'; '.join(each.problems)}")
            elif each.demoted:
                self.report.demote(each.demoted)
        self.say(f"{table.name}: {counts.read:,} rows checked")

    def _each(self, what: str, take: Take) -> None:
        """Read all rows once more, and take the good ones."""
        with Seen() as seen:
            for table in tables_of(self.checker.source):
                done = 0
                for batch in self.checker.batches(table, seen):
                    take(table, [each.row for each in batch if each.good])
                    done += len(batch)
                    self.say(f"{table.name}: {done:,} rows {what}")

    def _write(self, table: Table, rows: list[Row]) -> None:
        written, counts = write(self.connection, table, rows), self.report.tables[table.name]
        counts.new += written.new
        counts.changed += written.changed
        counts.unchanged += len(rows) - written.new - written.changed

    def _compare(self, table: Table, rows: list[Row]) -> None:
        """Tell rows that were changed here since from those that are as in the source."""
        found, counts = compare(self.connection, table, rows), self.report.tables[table.name]
        counts.missing += len(rows) - found.here
        counts.kept += found.here - found.same
        counts.unchanged -= len(rows) - found.same


def _key(table: Table, checked: Checked) -> str:
    """Return what finds a row in its source, where it could be read."""
    key = [str(checked.row[name]) for name in table.key if name in checked.row]
    return f" ({', '.join(key)})" if key else ""
