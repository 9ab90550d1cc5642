"""Reads rows as ours, and says of each what is wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from scripts.ops.imports.fields import Value
from scripts.ops.imports.here import Here
from scripts.ops.imports.mapping import Renaming
from scripts.ops.imports.seen import Seen
from scripts.ops.imports.sources import OldRow, Source
from scripts.ops.imports.tables import STEPS, USERS, Column, Row, Table

BATCH = 1000
QUOTED = 40  # letters of a bad value that are shown


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose word counts for a step that a provider verifies, and which steps are left out.

    Anybody's does with `everybody`, else that of those whom `completed_by` names.
    """

    everybody: bool = False
    names: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()


@dataclass(slots=True)
class Checked:
    """One row of a source: as ours, or what is wrong with it.

    `demoted` says which step was done by somebody who is not trusted, and is todo now.
    """

    number: int
    row: Row = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    left_out: bool = False
    demoted: str = ""

    @property
    def good(self) -> bool:
        """Whether the row is to be written."""
        return not self.problems and not self.left_out


@dataclass(frozen=True, slots=True)
class Checker:
    """Holds the rows of a source against their forms, each other, and what is here."""

    source: Source
    renaming: Renaming
    trust: Trust
    here: Here

    def batches(self, table: Table, seen: Seen) -> Iterator[list[Checked]]:
        """Yield a table's rows, as many at once as one transaction writes.

        `seen` has those of the tables before.
        """
        rows = self.source.rows(table)
        while batch := [self._read(table, *each) for each in islice(rows, BATCH)]:
            good = [each for each in batch if each.good]
            self._check_users(table, good, seen)
            self._check_owners(table, good)
            for each in good:
                if each.good:
                    _check_seen(table, each, seen)
            yield batch

    def _read(self, table: Table, number: int, old: OldRow | None) -> Checked:
        checked = Checked(number)
        if old is None:
            checked.problems.append("it has not as many fields as the first line")
            return checked
        ours = self.renaming.renamed(table, old)
        if table.name == STEPS and ours.get("step_id") in self.trust.left_out:
            checked.left_out = True
            return checked
        for column in table.columns:
            try:
                checked.row[column.name] = _value(column, ours.get(column.name))
            except ValueError as error:
                checked.problems.append(_quoted(column, ours.get(column.name), error))
        if checked.good:
            self._finish(table, checked)
        return checked

    def _finish(self, table: Table, checked: Checked) -> None:
        """Hold the columns of a row against each other, and against what is here."""
        user = checked.row["id" if table.name == USERS else "user_id"]
        if user in self.here.reserved:
            checked.problems.append(f"the user {user} is that of the synthetic shop here")
        if table.name == STEPS:
            self._check_step(checked)
        try:
            table.finish(checked.row)
        except ValueError as error:
            checked.problems.append(f"it {error}")

    def _check_step(self, checked: Checked) -> None:
        row, versions = checked.row, self.here.versions
        step, version = str(row["step_id"]), row["version"]
        if step not in versions:
            checked.problems.append(
                f"the step {step} is unknown here: add its definition, map it, or leave it out "
                f"with --skip-step {step}"
            )
        elif version not in versions[step]:
            known = ", ".join(map(str, sorted(versions[step])))
            checked.problems.append(f"version {version} of {step} is unknown here ({known})")
        elif row["status"] == "done" and step in self.here.verified and not self._trusts(row):
            row["status"] = "todo"
            checked.demoted = f"{row['user_id']}'s {step}"

    def _trusts(self, row: Row) -> bool:
        by = row["completed_by"]
        return self.trust.everybody or (by != row["user_id"] and by in self.trust.names)

    def _check_users(self, table: Table, good: list[Checked], seen: Seen) -> None:
        if table.name == USERS:
            return
        users = {str(each.row["user_id"]) for each in good}
        strangers = {user for user in users if (USERS, user) not in seen}
        strangers -= self.here.known_users(strangers) if strangers else set()
        for each in good:
            if each.row["user_id"] in strangers:
                each.problems.append(f"the user {each.row['user_id']} is neither here nor there")

    def _check_owners(self, table: Table, good: list[Checked]) -> None:
        """Refuse unique values that somebody else has here."""
        for column in table.unique:
            owners = self.here.owners(table, column, [each.row for each in good])
            for each in good:
                owner = owners.get(str(each.row[column]))
                if owner is not None and owner != each.row[table.key[0]]:
                    each.problems.append(f"its {column} is that of {owner} here")


def _value(column: Column, text: str | None) -> Value:
    if text is None:
        if column.needed:
            raise ValueError("is missing")
        return column.usual
    if "\0" in text:
        raise ValueError("has a NUL")
    return column.read(text)


def _quoted(column: Column, text: str | None, error: ValueError) -> str:
    shown = "" if text is None or column.private else f" {text[:QUOTED]!r}"
    return f"{column.name}{shown} {error}"


def _check_seen(table: Table, checked: Checked, seen: Seen) -> None:
    """Refuse a row that was there already, or a unique value of one."""
    key = "\0".join(str(checked.row[name]) for name in table.key)
    if not seen.add(table.name, key):
        checked.problems.append(f"its {' and '.join(table.key)} were there in a row before")
        return
    for column in table.unique:
        value = checked.row[column]
        if value is not None and not seen.add(f"{table.name}.{column}", str(value)):
            checked.problems.append(f"its {column} was there in a row before")
