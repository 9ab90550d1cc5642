"""Writes rows, a batch in a transaction; who writes the same rows again changes nothing."""

import json
from dataclasses import dataclass
from functools import lru_cache
from string import Template

import psycopg

from scripts.ops.imports.tables import Row, Table

# xmax is 0 in a row that this statement has inserted, and not in one that it has updated.
_WRITE = Template("""
WITH source AS (SELECT * FROM jsonb_to_recordset(%s::jsonb) AS source ($typed)),
written AS (
    INSERT INTO $table AS here ($columns) SELECT $columns FROM source
    ON CONFLICT ($key) DO UPDATE SET ($changed) = ROW ($excluded)
    WHERE ($may) AND ($present) IS DISTINCT FROM ($excluded)
    RETURNING xmax = 0 AS inserted
)
SELECT count(*) FILTER (WHERE inserted), count(*) FILTER (WHERE NOT inserted) FROM written
""")
_COMPARE = Template("""
SELECT count(here.*), count(*) FILTER (WHERE ($present) IS NOT DISTINCT FROM ($new))
FROM jsonb_to_recordset(%s::jsonb) AS new ($typed) LEFT JOIN $table AS here USING ($key)
""")


@dataclass(slots=True)
class Written:
    """How many rows of a table were new here, and how many were different."""

    new: int = 0
    changed: int = 0


@dataclass(slots=True)
class Compared:
    """How many rows of a source are here, and how many of these are the same."""

    here: int = 0
    same: int = 0


def write(connection: psycopg.Connection, table: Table, rows: list[Row]) -> Written:
    """Write rows in one transaction. Raises psycopg's errors."""
    with connection.transaction():
        found = connection.execute(_statement(_WRITE, table), (json.dumps(rows),)).fetchone()
    return Written(*found or ())


def compare(connection: psycopg.Connection, table: Table, rows: list[Row]) -> Compared:
    """Hold rows of a source against what is here. Raises psycopg's errors."""
    found = connection.execute(_statement(_COMPARE, table), (json.dumps(rows),)).fetchone()
    return Compared(*found or ())


@lru_cache
def _statement(template: Template, table: Table) -> bytes:
    """Return a statement about a table, whose names are all our own."""
    names = [column.name for column in table.written]
    changed = [name for name in names if name not in table.key]
    return template.substitute(
        table=table.name,
        key=", ".join(table.key),
        columns=", ".join(names),
        typed=", ".join(f"{column.name} {column.type}" for column in table.written),
        changed=", ".join(changed),
        present=", ".join(f"here.{name}" for name in changed),
        excluded=", ".join(f"EXCLUDED.{name}" for name in changed),
        new=", ".join(f"new.{name}" for name in changed),
        may=table.may_change,
    ).encode()
