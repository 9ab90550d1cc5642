"""Publications that come at once, or whose connection breaks."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest

from conteur.domain.store.answer import Answer, KeptAnswer
from conteur.domain.store.author import Store, Subject, SubjectKind
from conteur.domain.store.events import Event, NewMail
from conteur.errors import BugError, DatabaseUnavailableError
from tests.adapters.postgres.world import (
    ANNA,
    CLOCK,
    DAY,
    NOW,
    PATIENT,
    World,
    publication,
    soon,
    world_at,
)
from tests.cut_proxy import CutProxy

pytestmark = pytest.mark.server


def _publish(world: World, request: UUID) -> Store:
    """Publish as the use case does: who comes second finds the store public."""
    with world.database.transaction(soon(30)) as transaction:
        store = transaction.store_of(ANNA.id, lock=True)
        assert store
        if store.published_at is None:
            store = transaction.publish(store, request, NOW)
            transaction.record(publication())
        return store


def _take_call(world: World, between: Callable[[], None], last: Event | None = None) -> None:
    with world.database.transaction(soon()) as transaction:
        transaction.take_call("payments", "call-1")
        between()
        transaction.store_of(ANNA.id, lock=True)
        transaction.record(last or publication())


def _wait_for_locks(world: World, number: int) -> None:
    """Return when so many connections wait for a lock."""
    statement: LiteralString = (
        "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
        "AND datname = current_database()"
    )
    deadline = soon(PATIENT)
    while len(world.run(statement)) < number:
        assert deadline.remaining(CLOCK.monotonic())


def _published(world: World) -> list[tuple[UUID, int]]:
    rows = world.run(
        "SELECT publication_id, (SELECT count(*) FROM onboarding_events) FROM stores "
        "WHERE published_at IS NOT NULL"
    )
    return [(request, events) for request, events in rows]


def test_eighty_at_once(world: World) -> None:
    """Of eighty requests one publishes, and all others learn of that publication."""
    told: list[Store] = []
    threads = [
        threading.Thread(target=lambda: told.append(_publish(world, uuid4()))) for _ in range(80)
    ]
    with psycopg.connect(world.url.value) as holder:
        holder.execute("SELECT FROM stores FOR UPDATE")
        for thread in threads:
            thread.start()
        _wait_for_locks(world, world.size)
    for thread in threads:
        thread.join()
    assert len(told) == 80
    assert {(each.publication, 1) for each in told} == set(_published(world))


@pytest.mark.parametrize("commits", [1, 0])
def test_a_connection_cut_at_its_commit(database: str, commits: int) -> None:
    """A commit without an answer may have happened; the next attempt publishes only if not."""
    request = uuid4()
    with CutProxy(database).serve() as proxy, world_at(proxy.url) as world:
        proxy.cut_next_commit(committed=commits == 1)
        with pytest.raises(DatabaseUnavailableError) as caught:
            _publish(world, request)
        assert caught.value.facts == {"failure": "connection"}
        assert _published(world) == [(request, 1)] * commits
        assert _publish(world, request).publication == request
        assert _published(world) == [(request, 1)]


def test_a_connection_cut_in_the_middle(database: str) -> None:
    """Nothing stays of a transaction that loses its connection."""
    with CutProxy(database).serve() as proxy, world_at(proxy.url) as world:
        with pytest.raises(DatabaseUnavailableError):
            _take_call(world, proxy.cut_all)
        assert world.run("SELECT * FROM provider_calls") == []


def test_a_failure_that_nobody_tells(world: World) -> None:
    """A transaction in which a statement has failed does not pass for committed."""
    with world.pool.session(soon()) as session:
        with pytest.raises(BugError):
            session.row("SELECT 1 / 0")
        with pytest.raises(DatabaseUnavailableError) as caught:
            session.commit()
    assert caught.value.facts == {"failure": "25P02"}


def test_a_failure_with_the_commit(world: World) -> None:
    """What goes with the commit and is refused is a bug, and nothing is committed."""
    with pytest.raises(BugError, match="onboarding_events_user_id_fkey"):
        _take_call(world, lambda: None, publication(replace(ANNA, id="nobody")))
    assert world.run("SELECT * FROM provider_calls") == []


def test_two_who_wait_for_each_other(world: World) -> None:
    """One of two transactions that hold what the other wants is told to repeat itself."""
    both = threading.Barrier(2)
    failures: list[str] = []

    def publish(first: str, second: str) -> None:
        try:
            with world.database.transaction(soon()) as transaction:
                transaction.store_of(first, lock=True)
                both.wait()
                transaction.store_of(second, lock=True)
        except DatabaseUnavailableError as error:
            failures.append(error.facts["failure"])

    threads = [
        threading.Thread(target=publish, args=names)
        for names in (("anna", "bert"), ("bert", "anna"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == ["40P01"]


def test_round_trips(database: str) -> None:
    """A publication takes eight round trips: what nobody waits for goes with the commit."""
    kept = KeptAnswer(Answer(200, "{}"), "0" * 64)
    with CutProxy(database).serve() as proxy, world_at(proxy.url) as world:
        _publish(world, uuid4())
        before = proxy.turns
        with world.database.transaction(soon()) as transaction:
            transaction.author(Subject(SubjectKind.AUTHOR, ANNA.id))
            transaction.recall(ANNA.id, "publish", "key")
            store = transaction.store_of(ANNA.id, lock=True)
            assert store
            transaction.steps(ANNA.id, NOW)
            transaction.publish(store, uuid4(), NOW)
            transaction.record(publication())
            transaction.post(NewMail(ANNA.id, "store_published", ANNA.email, {}))
            transaction.keep(ANNA.id, "publish", "key", kept, NOW + DAY)
        assert proxy.turns - before == 8
