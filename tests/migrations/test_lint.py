"""Holds migrations/ to docs/migrations.md, and shows of each rule that it finds what breaks it."""

import pytest

from scripts.ops.migration_files import Migration, read_migrations
from scripts.ops.migration_rules import breaches

FIRST = Migration(1, "0001_first.sql", "CREATE TABLE users (id text PRIMARY KEY, name text);")


def found(sql: str) -> list[str]:
    return breaches([FIRST, Migration(2, "0002_second.sql", sql)])


def test_the_migrations_of_this_repository() -> None:
    """Every migration works with the revision before it, and holds no lock for long."""
    assert breaches(read_migrations()) == []


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("DROP TABLE users;", "takes away"),
        ("TRUNCATE users;", "takes away"),
        ("DELETE FROM users;", "takes away"),
        ("DROP INDEX users_by_name;", "takes away"),
        ("DROP INDEX CONCURRENTLY IF EXISTS users_by_name;", "takes away"),
        ("ALTER TABLE users DROP COLUMN name;", "takes away"),
        ("ALTER TABLE users ADD note text, DROP name;", "takes away"),
        ("ALTER TABLE users DROP CONSTRAINT users_pkey;", "takes away"),
        ("ALTER TABLE users ALTER name DROP DEFAULT;", "takes away"),
        ("ALTER TABLE users RENAME COLUMN name TO title;", "renames"),
        ("ALTER TABLE users RENAME TO authors;", "renames"),
        ("alter table if exists only public.users rename to authors;", "renames"),
        ('ALTER TABLE "users" RENAME TO authors;', "renames"),
        ("ALTER TABLE/* */users -- x\n RENAME TO authors;", "renames"),
        ("ALTER TABLE users ALTER COLUMN name TYPE varchar(20);", "rewrites the table"),
        ("ALTER TABLE users ALTER name SET DATA TYPE int;", "rewrites the table"),
        ("ALTER TABLE users ALTER name SET NOT NULL;", "refuses what the previous revision"),
        ("ALTER TABLE users ADD COLUMN age int NOT NULL;", "leaves empty"),
        ("ALTER TABLE users ADD at uuid DEFAULT gen_random_uuid();", "differs by row"),
        ("ALTER TABLE users ADD age int CHECK (age > 0);", "with a constraint"),
        ("ALTER TABLE users ADD boss text REFERENCES users (id);", "with a constraint"),
        ("ALTER TABLE users ADD CONSTRAINT named CHECK (name <> '');", "NOT VALID"),
        ("ALTER TABLE users ADD CHECK (name <> ' NOT VALID');", "NOT VALID"),
        ("ALTER TABLE users ADD UNIQUE (name);", "under a lock"),
        ("ALTER TABLE users ENABLE ROW LEVEL SECURITY;", "known to no rule"),
        ("CREATE INDEX users_by_name ON users (name);", "CONCURRENTLY"),
        ("CREATE UNIQUE INDEX users_by_name ON public.users (name);", "CONCURRENTLY"),
        ("CREATE INDEX CONCURRENTLY users_by_name ON users (name);", "cannot be repeated"),
        ("COMMIT;", "the runner's"),
        ("CREATE TABLE notes (); SET lock_timeout = 0;", "the runner's"),
        ("DO $$ BEGIN DROP TABLE users; END $$;", "known to no rule"),
        ("LOCK TABLE users;", "known to no rule"),
        ("WITH gone AS (DELETE FROM users RETURNING 1) SELECT 1;", "known to no rule"),
        (
            "ALTER TABLE users ADD CONSTRAINT a CHECK (true) NOT VALID, VALIDATE CONSTRAINT a;",
            "later file",
        ),
        ("-- contract: nothing\nALTER TABLE users ADD note text;", "only takes away"),
        ("-- contract: nothing\nALTER TABLE users RENAME TO authors;", "only takes away"),
        ("-- contract: nothing\nCREATE TABLE notes ();", "only takes away"),
    ],
)
def test_what_breaks_the_previous_revision(sql: str, told: str) -> None:
    """It is found, once, with the file's name and what to do instead."""
    (breach,) = found(sql)
    assert breach.startswith("0002_second.sql: `")
    assert told in breach


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE notes (id int); CREATE INDEX notes_by_id ON notes (id);",
        "CREATE TABLE notes (id int); ALTER TABLE notes ALTER id SET NOT NULL;",
        "ALTER TABLE users ADD note text;",
        "ALTER TABLE users ADD COLUMN age int NOT NULL DEFAULT 0, ADD note text DEFAULT 'a, b';",
        "ALTER TABLE users ADD CONSTRAINT named CHECK (name IN ('a', 'b')) NOT VALID;",
        "ALTER TABLE users VALIDATE CONSTRAINT named;",
        "ALTER TABLE users ALTER name SET DEFAULT 'nobody';",
        "ALTER TABLE users ALTER name DROP NOT NULL;",
        "DROP INDEX CONCURRENTLY IF EXISTS a; CREATE INDEX CONCURRENTLY a ON users (name);",
        "UPDATE users SET name = 'DROP TABLE users; --' WHERE name IS NULL;",
        "INSERT INTO users (id) VALUES ('x'); -- DROP TABLE users;",
        "-- contract: no revision since 1.4.0 reads it\nALTER TABLE users DROP COLUMN name;",
        "-- contract: all rows have it\nALTER TABLE users ALTER name SET NOT NULL;",
    ],
)
def test_what_the_previous_revision_does_not_notice(sql: str) -> None:
    """It is let be."""
    assert found(sql) == []
