"""What the database that is moved into has: its steps, its users, and names that are taken."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import psycopg
from psycopg import sql

from scripts.ops.imports.errors import ImportRefusedError
from scripts.ops.imports.tables import USERS, Row, Table


@dataclass(frozen=True, slots=True)
class Here:
    """Our database. `versions` are those of each step; `verified` steps are a provider's.

    `reserved` users are those of shops that checks publish.
    """

    connection: psycopg.Connection
    versions: Mapping[str, Collection[int]]
    verified: Collection[str]
    reserved: Collection[str]

    def known_users(self, ids: Collection[str]) -> set[str]:
        """Return which of the users are here."""
        found = self.connection.execute("SELECT id FROM users WHERE id = ANY(%s)", (list(ids),))
        return {user for (user,) in found}

    def owners(self, table: Table, column: str, rows: list[Row]) -> dict[str, str]:
        """Return whose here the unique values of rows are, by value."""
        values = [row[column] for row in rows if row[column] is not None]
        query = sql.SQL("SELECT {0}, {1} FROM {2} WHERE {0} = ANY(%s)").format(
            sql.Identifier(column), sql.Identifier(table.key[0]), sql.Identifier(table.name)
        )
        return dict(self.connection.execute(query, (values,)).fetchall())


def look_around(connection: psycopg.Connection) -> Here:
    """Return our database. Raises ImportRefusedError where it is not migrated."""
    there = connection.execute("SELECT to_regclass(%s) IS NOT NULL", (USERS,)).fetchone()
    if there != (True,):
        raise ImportRefusedError("The database has no tables yet: run scripts/migrate first.")
    versions: dict[str, set[int]] = {}
    verified = set()
    for step, version, completer in connection.execute(
        "SELECT id, version, completed_by FROM onboarding_step_definitions"
    ):
        versions.setdefault(step, set()).add(version)
        if completer == "provider":
            verified.add(step)
    reserved = connection.execute("SELECT user_id FROM stores WHERE synthetic").fetchall()
    return Here(connection, versions, verified, {user for (user,) in reserved})
