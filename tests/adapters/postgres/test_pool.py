"""The pool: who gets a connection, and what happens to those that break."""

import signal
import threading
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import LiteralString

import pytest

from conteur.adapters.postgres.pool import PostgresPool
from conteur.adapters.postgres.probe import PostgresProbe
from conteur.domain.deadline import Deadline
from conteur.domain.secret import Secret
from conteur.errors import (
    ConteurError,
    DatabaseBusyError,
    DatabaseUnavailableError,
    DeadlineError,
    Phase,
    SecretUnavailableError,
    StoreTimeoutError,
)
from scripts.local.postgres import Postgres
from tests.adapters.postgres.world import ANNA, CLOCK, PATIENT, Url, World, soon, world_at
from tests.cut_proxy import CutProxy

pytestmark = pytest.mark.server

NOBODY = "postgresql://app:secret-word@127.0.0.1:9/postgres"


def _nothing() -> None:
    """Do nothing."""


def _look(
    world: World, deadline: Deadline | None = None, before: Callable[[], None] = _nothing
) -> str:
    with world.database.transaction(deadline or soon()) as transaction:
        before()
        store = transaction.store_of(ANNA.id, lock=False)
    assert store
    return store.slug


def _refusal(url: Url) -> ConteurError:
    pool = PostgresPool(url, CLOCK, size=2, waiting=2)
    with closing(pool), pytest.raises(ConteurError) as caught, pool.session(soon(0.5)):
        pass
    return caught.value


def _fill(world: World, stack: ExitStack) -> None:
    for _ in range(world.size):
        stack.enter_context(world.database.transaction(soon()))


def test_lazy(database: str) -> None:
    """The pool's threads, and so its connections, are not there before the first transaction."""
    before = set(threading.enumerate())
    pool = PostgresPool(Url(database), CLOCK, size=1, waiting=1)
    assert set(threading.enumerate()) <= before
    with closing(pool), pool.session(soon()):
        assert set(threading.enumerate()) - before


def test_full(database: str) -> None:
    """Who finds all connections in use is told so when the wait is over, or the deadline."""
    with world_at(database, size=2, seconds=0.2) as world, ExitStack() as stack:
        _fill(world, stack)
        with pytest.raises(DatabaseBusyError) as caught:
            _look(world)
        assert caught.value.retry_after_seconds == 1
        with pytest.raises(DatabaseBusyError):
            _look(world, soon(0.1))
        stack.close()
        assert _look(world) == "anna-shop"


def test_too_many_who_wait(database: str) -> None:
    """No more may wait than are told to: others are refused at once, the first one is served."""
    with world_at(database, size=1, waiting=1) as world, ExitStack() as stack:
        _fill(world, stack)
        refused: list[DatabaseBusyError] = []
        served: list[str] = []
        all_but_one = threading.Event()

        def ask() -> None:
            try:
                served.append(_look(world))
            except DatabaseBusyError as error:
                refused.append(error)
                if len(refused) == 4:
                    all_but_one.set()

        threads = [threading.Thread(target=ask) for _ in range(5)]
        for thread in threads:
            thread.start()
        assert all_but_one.wait(PATIENT)
        stack.close()
        for thread in threads:
            thread.join()
        assert served == ["anna-shop"]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_restarted_server(postgres_server: Postgres, database: str, how: signal.Signals) -> None:
    """A transaction after the server's restart does not notice it, though all connections broke."""
    with world_at(database) as world:
        with ExitStack() as stack:
            _fill(world, stack)
        postgres_server.restart(how)
        assert _look(world) == "anna-shop"
        assert _look(world) == "anna-shop"


def test_many_after_a_restart(postgres_server: Postgres, database: str) -> None:
    """Nor do eighty at once."""
    with world_at(database) as world:
        with ExitStack() as stack:
            _fill(world, stack)
        postgres_server.restart()
        slugs: list[str] = []
        threads = [threading.Thread(target=lambda: slugs.append(_look(world))) for _ in range(80)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert slugs == ["anna-shop"] * 80


def test_a_restart_within(postgres_server: Postgres, database: str) -> None:
    """A transaction that meets the restart may be repeated, and then succeeds."""
    with world_at(database) as world:
        with pytest.raises(DatabaseUnavailableError):
            _look(world, before=postgres_server.restart)
        assert _look(world) == "anna-shop"


def test_nobody_there(capsys: pytest.CaptureFixture[str]) -> None:
    """Where no server is, that is said in bounded time, and the log has why but not the URL."""
    error = _refusal(Url(NOBODY))
    assert isinstance(error, DatabaseUnavailableError)
    assert error.facts == {"failure": "connection"}
    said = "".join(capsys.readouterr())
    assert '"cause": "connection refused"' in said
    assert "127.0.0.1" not in said
    assert "secret-word" not in said


def test_a_server_that_comes_back(postgres_server: Postgres, database: str) -> None:
    """Requests succeed again as soon as the server does."""
    with world_at(database) as world:
        postgres_server.stop()
        with pytest.raises(DatabaseUnavailableError):
            _look(world, soon(1.5))
        postgres_server.start()
        assert _look(world) == "anna-shop"


def test_a_url_that_nobody_can_read(capsys: pytest.CaptureFixture[str]) -> None:
    """A URL that is none is not quoted."""
    error = _refusal(Url("postgresql://app:secret word@["))
    assert isinstance(error, DatabaseUnavailableError)
    assert "secret" not in "".join([str(error), *capsys.readouterr()])


def test_a_rotated_password(database: str) -> None:
    """A refused password is read again, and the request that met it does not notice."""
    with world_at(database) as world:
        world.url.value, world.url.new = database.replace("app:", "app:old"), database
        assert _look(world) == "anna-shop"
        assert world.url.refreshed == 1


@dataclass
class _NoUrl(Url):
    """A secret that nobody can read."""

    error: Exception = field(default_factory=Exception)

    def get(self, timeout: float) -> Secret:
        assert timeout > 0
        raise self.error


def test_no_secret() -> None:
    """Without the secret there is no connection, and the error says so."""
    error = SecretUnavailableError("there is none")
    assert _refusal(_NoUrl("", error=error)) is error


def test_a_late_secret() -> None:
    """A secret that is late may be there when the transaction is repeated."""
    error = _refusal(_NoUrl("", error=DeadlineError("late", Phase.SECRET)))
    assert isinstance(error, DatabaseUnavailableError)
    assert error.facts == {"failure": "secret"}


def test_a_silent_server(database: str) -> None:
    """A server that takes all and says nothing holds nobody longer than the deadline."""
    with (
        CutProxy(database).serve() as proxy,
        world_at(proxy.url, size=1) as world,
        pytest.raises(StoreTimeoutError),
    ):
        _look(world, soon(0.3), before=proxy.fall_silent)


def test_a_silent_idle_connection(database: str) -> None:
    """A connection that fell silent while it was idle is given up, and another one taken."""
    with CutProxy(database).serve() as proxy, world_at(proxy.url) as world:
        _look(world)
        proxy.fall_silent()
        assert _look(world) == "anna-shop"


def test_limits(world: World) -> None:
    """The server knows how long a transaction may take, wait for a lock, and stand still."""
    with world.pool.session(soon(100)) as session:
        row = session.row(
            "SELECT array_agg(setting::int / 1000 ORDER BY name) FROM pg_settings WHERE name IN "
            "('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout')"
        )
        level = session.row("SHOW transaction_isolation")
    assert row is not None
    idle, lock, statement = row[0]
    assert idle == statement + 5
    assert 90 < statement <= 100
    assert (lock, level) == (5, ("read committed",))


def test_a_statement_that_takes_too_long(database: str) -> None:
    """The server ends a statement whose time is up, and its connection serves the next one."""
    pid: LiteralString = "SELECT pg_backend_pid()"
    with world_at(database, size=1) as world:
        with world.pool.session(soon()) as session:
            before = session.row(pid)
            session.row("SELECT set_config('statement_timeout', '50ms', true)")
            with pytest.raises(StoreTimeoutError):
                session.row("SELECT pg_sleep(20)")
        with world.pool.session(soon()) as session:
            assert session.row(pid) == before


def test_no_limit_outlives_its_transaction(world: World) -> None:
    """The next transaction on a connection has its own limits, and nothing of the former's."""
    for seconds in (3.0, 4.0):
        with world.pool.session(soon(seconds)) as session:
            row = session.row("SELECT setting::int FROM pg_settings WHERE name = 'lock_timeout'")
        assert row is not None
        assert 1000 * (seconds - 1) < row[0] <= 1000 * seconds


def test_probe(database: str) -> None:
    """A database that answers is well, and one that is not there is not."""
    with world_at(database) as world:
        PostgresProbe(lambda: world.database, CLOCK).check(timeout=10)
        world.pool.close()
        with pytest.raises(DatabaseUnavailableError):
            PostgresProbe(lambda: world.database, CLOCK).check(timeout=1)
