"""`scripts/import` out of another PostgreSQL, of the layout that the older system had."""

import psycopg
import pytest

from scripts.ops.database import DatabaseError
from scripts.ops.imports.__main__ import main
from scripts.ops.imports.sources import old_database as opened
from scripts.ops.imports.tables import TABLES
from tests.scripts.ops.imports.older import DONE, FAILED, REFUSED, Mover

pytestmark = pytest.mark.server

MOVE = ("--from-database", "--map", "users.country=market")


@pytest.mark.usefixtures("old_database")
def test_the_older_layout(mover: Mover) -> None:
    """Users, steps and events come over, a payment that its author marked done as todo."""
    assert main(list(MOVE)) == DONE
    assert mover.all("users", "id, market") == [("ada", "FR"), ("bob", "DE")]
    steps = [("payments", "todo"), ("theme", "done")]
    assert mover.all("user_onboarding", "step_id, status") == steps
    told = mover.capsys.readouterr().out
    assert "- bob's payments" in told
    assert "Not taken of users: password_hash." in told


def test_the_same_rows_as_out_of_files(mover: Mover, old_database: str) -> None:
    """Files that are exported from the older database say the same as it does."""
    main(list(MOVE))
    before = mover.everything()
    with psycopg.connect(old_database) as connection:
        for table in ("users", "user_onboarding", "onboarding_events"):
            query = f"COPY {table} TO STDOUT WITH (FORMAT csv, HEADER)"
            with connection.cursor().copy(query.encode()) as copied:
                (mover.folder / f"{table}.csv").write_bytes(b"".join(map(bytes, copied)))
    tables = mover.report("--map", "users.country=market")["tables"]
    assert {its["new"] + its["changed"] for its in tables.values()} == {0}
    assert mover.everything() == before


def test_what_has_changed_there(mover: Mover, old_database: str) -> None:
    """A second import brings over what has changed there since the first."""
    main(list(MOVE))
    with psycopg.connect(old_database) as connection:
        connection.execute("UPDATE users SET country = 'FR'")
        connection.execute("UPDATE user_onboarding SET status = 'skipped', completed_at = NULL")
    assert main(list(MOVE)) == DONE
    assert mover.all("users", "id, market") == [("ada", "FR"), ("bob", "FR")]
    assert {status for _, status in mover.all("user_onboarding", "step_id, status")} == {"skipped"}


def test_it_is_only_read(old_database: str) -> None:
    """Nothing of the older database can be changed."""
    with pytest.raises(DatabaseError, match="read-only transaction"), opened(old_database) as old:
        old.connection.execute("DELETE FROM users")


def test_one_moment(old_database: str) -> None:
    """However often it is read, it says what it said first."""
    users = next(table for table in TABLES if table.name == "users")
    with opened(old_database) as old, psycopg.connect(old_database, autocommit=True) as other:
        before = list(old.rows(users))
        other.execute("DELETE FROM users")
        assert list(old.rows(users)) == before


@pytest.mark.usefixtures("mover")
@pytest.mark.parametrize(
    ("url", "expected", "told"),
    [
        ("", REFUSED, "OLD_DATABASE_URL is no address such as"),
        ("postgresql://ada:hidden@127.0.0.1:1/x", FAILED, "ada@127.0.0.1:1/x: it was not reached"),
    ],
)
def test_an_older_database_that_is_not_there(
    mover: Mover, monkeypatch: pytest.MonkeyPatch, url: str, expected: int, told: str
) -> None:
    """It is told by its own name, without a password."""
    monkeypatch.setenv("OLD_DATABASE_URL", url)
    assert main(["--from-database"]) == expected
    refused = mover.capsys.readouterr().err
    assert told in refused
    assert "hidden" not in refused


def test_an_older_table_that_may_not_be_read(mover: Mover, old_database: str) -> None:
    """A refusal of the older database is told as its own, not as that of ours."""
    with psycopg.connect(old_database) as connection:
        connection.execute(
            "ALTER TABLE users ADD cycle int GENERATED ALWAYS AS (1/(length(id)-3)) VIRTUAL"
        )
    assert main(list(MOVE)) == FAILED
    assert (
        f"/{old_database.rpartition('/')[2]}: it refused (division" in mover.capsys.readouterr().err
    )
