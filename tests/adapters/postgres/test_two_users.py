"""The SQL of the pages on deploying and on privacy does what they say, on the real server."""

import random
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from conteur.domain.retry import RetryPolicy
from conteur.domain.store.author import Subject, SubjectKind
from conteur.telemetry.aggregate import Aggregate
from conteur.use_cases.store.asks import Ask, Idempotency
from conteur.use_cases.store.publish_store import PublishStore
from conteur.use_cases.store.transactions import Transactions
from tests.adapters.postgres.world import CLOCK, World, soon, world_at
from tests.store_rows import add_authors
from tests.store_world import render_publication

DOCS = Path(__file__).parents[3] / "docs"
SQL = re.compile(r"```sql\n(.*?)```", re.DOTALL)
AUTHOR, ROLE = "clara", "store_service"

pytestmark = pytest.mark.server


def sql(page: str, word: str) -> bytes:
    """Return the one block of a page that has the word in it."""
    (block,) = [each for each in SQL.findall((DOCS / page).read_text()) if word in each]
    return str(block).replace(":'author'", f"'{AUTHOR}'").encode()


@pytest.fixture
def service(database: str) -> Iterator[str]:
    """Make the service's own user, as the page says, and return their URL."""
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute(sql("deploy.md", "CREATE ROLE"))
        yield f"postgresql://{ROLE}:PASSWORD@{database.partition('@')[2]}"
        owner.execute(f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}".encode())


def publish(world: World, seconds: float = 30) -> str:
    subject = Subject(SubjectKind.AUTHOR, AUTHOR)
    asked = Ask(subject, "publish", uuid4(), uuid4(), soon(seconds), Idempotency("key", "f" * 64))
    policy = RetryPolicy(max_attempts=1, initial_delay=0.01)
    transactions = Transactions(
        world.database, policy, CLOCK, Aggregate(), random.random, lambda _seconds: None
    )
    use_case = PublishStore(transactions, CLOCK, Aggregate(), str, mailing=True)
    return use_case(asked, render_publication).answer.body


def kept(database: str) -> dict[str, int]:
    """Return how many rows of each table the page shows."""
    shown, *_ = sql("privacy.md", "DELETE FROM users").split(b";")
    with psycopg.connect(database) as connection:
        rows = [name for name, _ in connection.execute(shown).fetchall()]
    return {name: rows.count(name) for name in rows}


def test_rights_on_rows_are_enough(database: str, service: str) -> None:
    """The service's user publishes, sends the mail, and forgets what has expired."""
    add_authors(database, AUTHOR)
    with world_at(service) as world:
        publish(world)
        later = CLOCK.now() + timedelta(days=400)
        (mail,) = world.outbox.take(5, later, later, soon())
        world.outbox.sent(mail, later, soon())
        assert world.outbox.forget(later, soon()) > 0


@pytest.mark.parametrize(
    "statement",
    [
        b"CREATE TABLE one (id int)",
        b"ALTER TABLE stores ADD note text",
        b"DROP TABLE stores",
        b"TRUNCATE provider_calls",
        b"DELETE FROM schema_migrations",
        b"UPDATE step_changes SET who = 'nobody'",
        b"UPDATE onboarding_step_definitions SET required = false",
    ],
)
def test_no_more_than_rows(service: str, statement: bytes) -> None:
    """The service's user neither makes nor changes tables, steps, nor what operators recorded."""
    with psycopg.connect(service) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(statement)


def test_tables_to_come(database: str, service: str) -> None:
    """Of a table that the owner makes later the service's user has the rows as well."""
    with psycopg.connect(database) as owner:
        owner.execute("CREATE TABLE one (id int)")
    with psycopg.connect(service) as connection:
        assert connection.execute("INSERT INTO one VALUES (1)").rowcount == 1


def test_an_author_is_shown_and_deleted(database: str) -> None:
    """All that is kept of an author is shown; then it is deleted, and nothing of another's."""
    add_authors(database, AUTHOR, "dora")
    with world_at(database) as world:
        publish(world)
    assert kept(database).keys() == {
        *("users", "stores", "user_onboarding"),
        *("onboarding_events", "mail_outbox", "idempotency_records"),
    }
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute(sql("privacy.md", "DELETE FROM users"))
        left = owner.execute("SELECT user_id FROM stores WHERE user_id = 'dora'").fetchall()
    assert (kept(database), len(left)) == ({}, 1)


def test_every_table_with_authors_is_shown(database: str) -> None:
    """No table that refers to an author is missing from what is shown, and from what is deleted."""
    with psycopg.connect(database) as connection:
        tables = connection.execute(
            "SELECT DISTINCT conrelid::regclass::text FROM pg_constraint"
            " WHERE confrelid = 'users'::regclass"
        ).fetchall()
    text = sql("privacy.md", "DELETE FROM users").decode()
    for (table,) in tables:
        assert text.count(f" FROM {table} ") == 2, table
