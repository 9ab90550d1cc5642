"""An older deployment: its rows as CSV files and as a database."""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from scripts.ops.imports.__main__ import main

DONE, FAILED, REFUSED = range(3)
Rows = Sequence[Mapping[str, str]]

ADA = {"id": "ada", "email": "ada@example.com", "market": "FR", "created_at": "2024-11-11"}
BOB = {"id": "bob", "email": "", "market": "DE", "created_at": "2024-11-12T10:00:00Z"}
THEME = {
    "user_id": "ada",
    "step_id": "theme",
    "version": "1",
    "status": "done",
    "completed_by": "ada",
    "completed_at": "2024-11-13T10:00:00+01:00",
}
PAYMENTS = {**THEME, "step_id": "payments"}
EVENT = {
    "id": "17",
    "user_id": "ada",
    "event_type": "gating.blocked",
    "step_id": "payments",
    "version": "1",
    "metadata": '{"attempt": 1}',
    "correlation_id": "req-1",
    "created_at": "2024-11-13",
}
SHOP = {"user_id": "ada", "slug": "adas", "name": "Ada's", "published_at": "2024-11-14"}

TABLES = """
CREATE TABLE users (
    id text PRIMARY KEY, email text, country text, password_hash text, created_at timestamp
);
CREATE TABLE user_onboarding (
    user_id text, step_id text, version int, status text, snooze_until timestamptz,
    snooze_count int DEFAULT 0, completed_by text, completed_at timestamptz,
    row_version int DEFAULT 7, PRIMARY KEY (user_id, step_id)
);
CREATE TABLE onboarding_events (
    id bigserial PRIMARY KEY, user_id text, event_type text, step_id text, version int,
    metadata jsonb, correlation_id text, created_at timestamptz
);
INSERT INTO users VALUES ('ada', 'ada@example.com', 'FR', 'x', '2024-11-11'),
                         ('bob', NULL, 'DE', 'y', '2024-11-12 10:00');
INSERT INTO user_onboarding VALUES
    ('ada', 'theme', 1, 'done', NULL, 0, 'ada', '2024-11-13 09:00+00'),
    ('bob', 'payments', 1, 'done', NULL, 0, 'bob', '2024-11-13 09:00+00');
INSERT INTO onboarding_events (user_id, event_type, metadata, correlation_id, created_at)
    VALUES ('ada', 'gating.blocked', '{"attempt": 1}', 'req-1', '2024-11-13 00:00+00');
"""


@dataclass
class Mover:
    """Somebody who moves a folder of CSV files into a migrated database."""

    folder: Path
    url: str
    capsys: pytest.CaptureFixture[str]

    def put(self, table: str, *rows: Mapping[str, str]) -> None:
        with (self.folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)

    def put_all(self) -> None:
        """Write one good row or two of everything."""
        self.put("users", ADA, BOB)
        self.put("stores", SHOP)
        self.put("user_onboarding", THEME)
        self.put("onboarding_events", EVENT)

    def run(self, *arguments: str) -> int:
        self.capsys.readouterr()
        return main([str(self.folder), *arguments])

    def report(self, *arguments: str, expected: int = DONE) -> Any:  # noqa: ANN401 - JSON
        assert self.run(*arguments, "--json") == expected
        return json.loads(self.capsys.readouterr().out)

    def problems(self) -> list[str]:
        """Return what is wrong with the rows, which keeps them from being written."""
        found: list[str] = self.report(expected=REFUSED)["problems"]
        assert self.all("users") == []
        return found

    def all(self, table: str, columns: str = "*") -> list[tuple[Any, ...]]:
        """Return the rows of a table, without the synthetic shop's."""
        owner = "id" if table == "users" else "user_id"
        query = f"SELECT {columns} FROM {table} WHERE {owner} <> 'synthetic-author' ORDER BY 1, 2"  # noqa: S608 - our own words
        with psycopg.connect(self.url) as connection:
            return connection.execute(query.encode()).fetchall()

    def everything(self) -> list[list[tuple[Any, ...]]]:
        tables = ("users", "stores", "user_onboarding", "onboarding_events")
        return [self.all(table) for table in tables]

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute(statement.encode())
