"""How an older deployment names its columns, and what it writes into them."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.ops.imports.errors import ImportRefusedError
from scripts.ops.imports.tables import TABLES, Table

_NAMES = {table.name: {column.name for column in table.columns} for table in TABLES}
_FORM = "--map takes TABLE.OLD=NEW such as users.country=market"


@dataclass(frozen=True, slots=True)
class Renaming:
    """By table: our column of each old one; by table and our column: our value of each old one."""

    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    values: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)

    def renamed(self, table: Table, row: dict[str, str | None]) -> dict[str, str | None]:
        """Return a row by our names, with our values."""
        names, values = self.columns.get(table.name, {}), self.values.get(table.name, {})
        ours = {names.get(old, old): value for old, value in row.items()}
        return {
            name: values.get(name, {}).get(value, value) if value is not None else None
            for name, value in ours.items()
        }

    def names(self, table: Table, old: Sequence[str]) -> list[str]:
        """Return our names of a source's columns. Raises ImportRefusedError."""
        names = self.columns.get(table.name, {})
        if missing := [name for name in names if name not in old]:
            raise ImportRefusedError(
                f"{table.name} has no column {' and '.join(missing)}, which is mapped. It has "
                f"{', '.join(old)}. Nothing was written."
            )
        ours = [names.get(name, name) for name in old]
        if twice := sorted({name for name in ours if ours.count(name) > 1}):
            raise ImportRefusedError(
                f"{table.name} has {' and '.join(twice)} twice: map the other one to a name that "
                "nothing has. Nothing was written."
            )
        return ours


def read_renaming(texts: Sequence[str], file: Path | None) -> Renaming:
    """Return what a TOML file and `--map` say, the latter first. Raises ImportRefusedError."""
    renaming = _read(file) if file else Renaming()
    for each in texts:
        old, equals, new = each.partition("=")
        table, dot, column = old.partition(".")
        if not (equals and dot and column and new):
            raise ImportRefusedError(f"{each!r} maps nothing: {_FORM}.")
        renaming.columns.setdefault(table, {})[column] = new
    _check(renaming)
    return renaming


def _read(file: Path) -> Renaming:
    try:
        told: dict[str, Any] = tomllib.loads(file.read_text())
        renaming = Renaming(told.pop("columns", {}), told.pop("values", {}))
        texts = [its for names in renaming.columns.values() for its in names.values()]
        by_column = [each for its in renaming.values.values() for each in its.values()]
        texts += [its for values in by_column for its in values.values()]
    except (OSError, ValueError, AttributeError) as error:
        raise ImportRefusedError(f"{file} cannot be read: {error}. Nothing was written.") from error
    if told or not all(isinstance(each, str) for each in texts):
        raise ImportRefusedError(
            f'{file} takes [columns.users] with old = "new" and [values.users.market] with '
            'old = "new", all texts, and nothing else. Nothing was written.'
        )
    return renaming


def _check(renaming: Renaming) -> None:
    """Refuse tables and columns that there are not."""
    for table in (*renaming.columns, *renaming.values):
        if table not in _NAMES:
            raise ImportRefusedError(f"{table} is no table of {', '.join(_NAMES)}: {_FORM}.")
        for name in renaming.values.get(table, {}):
            if name not in _NAMES[table]:
                known = ", ".join(sorted(_NAMES[table]))
                raise ImportRefusedError(f"{table} has no {name} here; it has {known}.")
