"""PostgreSQL runs on loopback, as an ordinary user, and keeps its data while it is there."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from scripts.local.ports import HOST
from scripts.local.postgres import Postgres, postgres
from scripts.local.run_directory import run_directory
from tests.postgres import TEMPLATE, fresh_database
from tests.scripts.local.marked import marked, needs_proc

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with run_directory() as folder, postgres(folder) as running:
        yield running


def ask(url: str, query: LiteralString) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT, signal.SIGKILL])
def test_a_restart_keeps_what_was_committed(server: Postgres, how: signal.Signals) -> None:
    """What was committed is there after a shutdown, fast or immediate, and after a crash."""
    url = server.create(f"kept_{how.name.lower()}")
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE story AS SELECT 'The Fox' AS title")
    server.restart(how)
    assert ask(url, "SELECT title FROM story") == "The Fox"


def test_it_listens_on_loopback_only(server: Postgres) -> None:
    """It listens on 127.0.0.1, and on no other address and no socket in a folder."""
    addresses = ask(server.url(), "SHOW listen_addresses")
    folders = ask(server.url(), "SHOW unix_socket_directories")
    assert (addresses, folders) == (HOST, "")


def test_a_wrong_password_is_refused(server: Postgres) -> None:
    """Nobody comes in without the run's password."""
    wrong = server.url().replace(server.password, "guessed")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


@needs_proc
def test_it_does_not_run_as_root(server: Postgres) -> None:
    """Its process belongs to an ordinary user in no group of root's."""
    status = Path(f"/proc/{server.pid()}/status").read_text().splitlines()
    fields = dict(line.split(":", 1) for line in status)
    uids, gids = fields["Uid"].split(), fields["Gid"].split()
    assert "0" not in {*uids, *gids, *(fields["Groups"].split() if os.geteuid() == 0 else ())}


@needs_proc
def test_nothing_is_left_after_a_run() -> None:
    """Neither a process nor a folder is left when the block ends."""
    with run_directory() as folder, postgres(folder) as server:
        assert marked(str(folder))
    assert (marked(str(folder)), folder.exists(), server.process.exit_code()) == (set(), False, 0)


def test_a_setting_of_postgresql_can_be_given() -> None:
    """A run may choose PostgreSQL's own settings."""
    with run_directory() as folder, postgres(folder, {"max_connections": "12"}) as server:
        assert ask(server.url(), "SHOW max_connections") == "12"


def test_each_test_has_a_migrated_database_of_its_own(postgres_server: Postgres) -> None:
    """A database for a test has what the migrations made, and nothing of another test's."""
    count = "SELECT count(*) FROM users"
    with fresh_database(postgres_server) as one, fresh_database(postgres_server) as other:
        ask(one, "INSERT INTO users (id, market) VALUES ('mia', 'DE') RETURNING 1")
        assert (ask(one, count), ask(other, count)) == (2, 1)


def test_the_fixture_gives_a_database_of_the_shared_server(
    postgres_server: Postgres, database: str
) -> None:
    """The fixture `database` is a URL of the shared server, and not of its template."""
    assert database.startswith(postgres_server.url("test_"))
    assert ask(database, "SELECT current_database()") != TEMPLATE


def test_a_database_goes_with_its_test(postgres_server: Postgres) -> None:
    """A database is dropped even while something is connected to it."""
    with fresh_database(postgres_server) as url:
        forgotten = psycopg.connect(url)
    with pytest.raises(psycopg.OperationalError):
        forgotten.execute("SELECT 1")
    forgotten.close()
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)
