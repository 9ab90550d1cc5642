"""What no parameter can do, what no step may hide, and how rows are found."""

from dataclasses import replace
from functools import partial
from typing import LiteralString
from uuid import uuid4

import pytest

from conteur.adapters.postgres import events, idempotency, mails, steps, stores
from conteur.adapters.postgres.probe import PostgresProbe
from conteur.domain.store.answer import Answer, KeptAnswer
from conteur.domain.store.author import Subject, SubjectKind
from conteur.domain.store.events import Event, EventType, NewMail
from conteur.domain.store.onboarding import Progress
from conteur.errors import BugError, DatabaseUnavailableError, GatingUnavailableError
from tests.adapters.postgres.world import (
    ANNA,
    BERT,
    CLOCK,
    DAY,
    NOW,
    PATIENT,
    World,
    soon,
    world_at,
)

pytestmark = pytest.mark.server

SQL = (
    "' OR 1=1 --",
    "anna'; DROP TABLE stores; --",
    "bert' OR user_id = 'anna",
    "%(author)s",
    "%s",
    "\\'; SELECT 1",
    "$1",
    "a' UNION SELECT * FROM users --",
)


@pytest.mark.parametrize("text", SQL)
def test_sql_in_what_is_looked_for(quiet_world: World, text: str) -> None:
    """A text that looks like SQL is nobody's id, slug or key."""
    with quiet_world.database.transaction(soon()) as transaction:
        for kind in SubjectKind:
            assert transaction.author(Subject(kind, text)) is None
        assert transaction.store_of(text, lock=True) is None
        assert transaction.store_at(text) is None
        assert transaction.recall(text, text, text) is None
        assert {each.progress for each in transaction.steps(text, NOW)} == {None}


@pytest.mark.parametrize("text", SQL)
def test_sql_in_what_is_kept(world: World, text: str) -> None:
    """A text that looks like SQL is kept as the text that it is."""
    kept = KeptAnswer(Answer(200, text, text), "0" * 64)
    with world.database.transaction(soon()) as transaction:
        transaction.keep(ANNA.id, text, text, kept, NOW + DAY)
        transaction.record(Event(ANNA.id, EventType.STEP_SNOOZED, uuid4(), text, 1, {text: text}))
        transaction.post(NewMail(ANNA.id, "store_published", text, {text: text}))
        transaction.save_progress(ANNA.id, "theme", Progress(1, verification_reason=text))
        assert transaction.take_call(text, text)
        assert transaction.recall(ANNA.id, text, text) == kept
    assert world.run("SELECT step_id, metadata FROM onboarding_events") == [(text, {text: text})]
    assert world.run("SELECT recipient, facts FROM mail_outbox") == [(text, {text: text})]
    assert world.run("SELECT * FROM provider_calls")[0][:2] == (text, text)


def test_another_authors_store(world: World) -> None:
    """A store is changed as its author's: with another author's id nothing is."""
    before = world.run("SELECT * FROM stores ORDER BY id")
    with world.database.transaction(soon()) as transaction:
        anna = transaction.store_of(ANNA.id, lock=True)
        assert anna
        for publish in (
            transaction.unpublish,
            partial(transaction.publish, publication=uuid4(), now=NOW),
        ):
            with pytest.raises(DatabaseUnavailableError):
                publish(replace(anna, author_id=BERT.id))
    assert world.run("SELECT * FROM stores ORDER BY id") == before


UNREADABLE: dict[str, LiteralString] = {
    "action": 'UPDATE onboarding_step_definitions SET action = \'{"type": "go"}\' ',
    "rule": 'UPDATE onboarding_step_definitions SET market_rule = \'{"in": ["France"]}\' ',
    "no_market": "UPDATE onboarding_step_definitions SET market_rule = '{\"in\": []}' ",
    "rule_of_tomorrow": "UPDATE onboarding_step_definitions SET market_rule = '{\"not\": [1]}' ",
    "completer": "UPDATE onboarding_step_definitions SET completed_by = 'oracle' ",
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_steps_that_nobody_understands(world: World, name: str) -> None:
    """A step that is not understood closes the gate, and the log learns which one it is."""
    for column in ("action", "market_rule", "completed_by"):
        world.run(DROP[column])
    world.run(UNREADABLE[name] + "WHERE id = 'theme'")
    with (
        pytest.raises(GatingUnavailableError, match="version 1 of the step theme"),
        world.database.transaction(soon()) as transaction,
    ):
        transaction.steps(ANNA.id, NOW)


DROP: dict[str, LiteralString] = {
    "action": "ALTER TABLE onboarding_step_definitions "
    "DROP CONSTRAINT onboarding_step_definitions_action_check",
    "market_rule": "ALTER TABLE onboarding_step_definitions "
    "DROP CONSTRAINT onboarding_step_definitions_market_rule_check",
    "completed_by": "ALTER TABLE onboarding_step_definitions "
    "DROP CONSTRAINT onboarding_step_definitions_completed_by_check",
}


def test_a_locked_table(world: World) -> None:
    """Who waits for a lock longer than five seconds, or the deadline, is told to come again."""
    with world.database.transaction(soon()) as first, world.pool.session(soon(30)) as session:
        first.store_of(ANNA.id, lock=True)
        session.row("SELECT set_config('lock_timeout', '50ms', true)")
        with pytest.raises(DatabaseUnavailableError) as caught:
            stores.store_of(session, ANNA.id, lock=True)
    assert caught.value.facts == {"failure": "55P03"}


STATEMENTS: dict[str, LiteralString] = {
    "author": stores._AUTHOR_BY[SubjectKind.AUTHOR],  # noqa: SLF001 - the statement as it is sent
    "firebase": stores._AUTHOR_BY[SubjectKind.FIREBASE],  # noqa: SLF001 - as above
    "store_of": stores._STORE_OF_LOCKED,  # noqa: SLF001 - as above
    "store_at": stores._STORE_AT,  # noqa: SLF001 - as above
    "publish": stores._SET_PUBLICATION,  # noqa: SLF001 - as above
    "progress": steps._UPDATE,  # noqa: SLF001 - as above
    "recall": idempotency._RECALL,  # noqa: SLF001 - as above
    "forget_answers": idempotency._FORGET,  # noqa: SLF001 - as above
    "forget_calls": events._FORGET,  # noqa: SLF001 - as above
    "forget_blocks": events._FORGET_BLOCKS,  # noqa: SLF001 - as above
    "forget_mails": mails._FORGET,  # noqa: SLF001 - as above
    "take": mails._TAKE,  # noqa: SLF001 - as above
    "sent": mails._SENT,  # noqa: SLF001 - as above
}
ANYTHING = {
    **dict.fromkeys(("id", "author", "slug", "step", "route", "key", "reason"), "x"),
    **dict.fromkeys(("now", "at", "until", "before", "snooze_until", "completed_at"), NOW),
    **dict.fromkeys(("version", "row_version", "most", "snooze_count", "store"), 1),
    **dict.fromkeys(("status", "completed_by", "verification"), "done"),
    "publication": uuid4(),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_rows_are_found_by_an_index(quiet_world: World, name: str) -> None:
    """No statement reads a table that grows from its beginning to its end."""
    anything = {**ANYTHING, **({"id": uuid4()} if name == "sent" else {})}
    with quiet_world.pool.session(soon()) as session:
        session.row("SELECT set_config('enable_seqscan', 'off', true)")
        plan = "\n".join(row[0] for row in session.rows("EXPLAIN " + STATEMENTS[name], anything))
    assert "Seq Scan" not in plan
    assert "Index" in plan


def test_two_who_take_mail(world: World) -> None:
    """Two who take mail at once take different ones, and neither waits."""
    with world.database.transaction(soon()) as transaction:
        for _ in range(4):
            transaction.post(NewMail(ANNA.id, "store_published", "a@example.com", {}))
    now = CLOCK.now()
    with world.pool.session(soon()) as first, world.pool.session(soon()) as second:
        one, two = mails.take(first, 3, now, now + DAY), mails.take(second, 3, now, now + DAY)
    assert len({each.id for each in (*one, *two)}) == 4
    assert (len(one), len(two)) == (3, 1)


def test_forgetting_a_lot(world: World) -> None:
    """What is deleted at once is bounded, and the rest is deleted by the next transaction."""
    world.run(
        "INSERT INTO provider_calls SELECT 'payments', n, now() - interval '31 days' "
        "FROM generate_series(1, 2500) n"
    )
    with world.pool.session(soon()) as session:
        assert events.forget_calls(session, NOW, 1000) == 1000
    assert world.outbox.forget(NOW, soon()) == 2500


def test_a_step_that_an_operator_changes(world: World) -> None:
    """The next reading shows what was changed in place, under the same id and version."""
    for required in (True, False, True):
        world.run("UPDATE onboarding_step_definitions SET required = %(it)s", {"it": required})
        with world.database.transaction(soon()) as transaction:
            found = transaction.steps(ANNA.id, NOW)
        assert {each.definition.required for each in found} == {required}


def test_steps_that_the_server_refuses(database: str) -> None:
    """Steps that cannot be read close the gate, and are what the health check looks at."""
    with world_at(database) as world:
        PostgresProbe(lambda: world.database, CLOCK).check(PATIENT)
        world.run("ALTER TABLE onboarding_step_definitions RENAME TO elsewhere")
        with (
            pytest.raises(GatingUnavailableError),
            world.database.transaction(soon()) as transaction,
        ):
            transaction.steps(ANNA.id, NOW)
        with pytest.raises(GatingUnavailableError):
            PostgresProbe(lambda: world.database, CLOCK).check(PATIENT)


def test_forgetting_what_was_blocked(world: World) -> None:
    """Of old events only those of the gate are deleted."""
    world.run(
        "INSERT INTO onboarding_events (user_id, event_type, correlation_id, created_at) "
        "SELECT 'anna', kind, gen_random_uuid(), now() - interval '181 days' "
        "FROM unnest(ARRAY['gating.blocked', 'store.published']) kind"
    )
    assert world.outbox.forget(NOW, soon()) == 1
    assert world.outbox.forget(NOW, soon()) == 0


def test_a_failed_statement_spoils_no_later_transaction(database: str) -> None:
    """Where a statement that nobody waits for fails, the connection serves as well as before."""
    with world_at(database, size=1) as world:
        _given_up(world)  # the ROLLBACK is counted among the statements that may be prepared
        for number in range(5):
            _keep(world, number)
        with pytest.raises(BugError):
            _keep(world, 5, author="nobody")
        for number in range(6, 10):
            _keep(world, number)


def test_a_table_that_has_changed(database: str) -> None:
    """A prepared statement that does not fit its table any more costs one transaction."""
    with world_at(database, size=1) as world:
        for _ in range(7):
            _look_up(world)
        world.run("ALTER TABLE users ALTER COLUMN role TYPE varchar(40)")
        with pytest.raises(DatabaseUnavailableError) as caught:
            _look_up(world)
        assert caught.value.facts == {"failure": "0A000"}
        _look_up(world)


def _given_up(world: World) -> None:
    with pytest.raises(KeyError), world.database.transaction(soon()):
        raise KeyError


def _look_up(world: World) -> None:
    with world.database.transaction(soon()) as transaction:
        assert transaction.author(Subject(SubjectKind.AUTHOR, ANNA.id))


def _keep(world: World, number: int, author: str = ANNA.id) -> None:
    kept = KeptAnswer(Answer(200, "{}"), "0" * 64)
    with world.database.transaction(soon()) as transaction:
        transaction.store_of(ANNA.id, lock=False)
        transaction.record(Event(author, EventType.STORE_PUBLISHED, uuid4()))
        transaction.keep(ANNA.id, "publish", f"key-{number}", kept, NOW + DAY)
