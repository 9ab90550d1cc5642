"""What store/ports.py promises, held to by PostgreSQL and by the fake that other tests stand on."""

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from typing import Protocol
from uuid import uuid4

import pytest

from conteur.domain.store.answer import Answer, KeptAnswer
from conteur.domain.store.author import Author, Store, Subject, SubjectKind
from conteur.domain.store.events import EventType, NewMail
from conteur.domain.store.onboarding import Progress, Step, StepDefinition, StepStatus, Verification
from conteur.errors import (
    DatabaseUnavailableError,
    IdempotencyInFlightError,
    StoreTimeoutError,
)
from conteur.use_cases.store.ports import MailOutbox, StoreDatabase
from tests.adapters.postgres.world import (
    ANNA,
    BERT,
    CLOCK,
    DAY,
    NOW,
    World,
    publication,
    soon,
    step,
    store_for,
    world_at,
)
from tests.fake_store_database import FakeStoreDatabase

pytestmark = pytest.mark.server

ROUTE, KEY = "POST /api/store/publish", "a-key"
KEPT = KeptAnswer(Answer(200, '{"success": true}', '"2"'), "0" * 64)
MAIL = NewMail("anna", "store_published", "anna@example.com", {"url": "https://example.com"})
DONE = Progress(1, StepStatus.DONE, completed_by="person", completed_at=NOW)


class Side(Protocol):
    """One implementation, with what a test puts in and looks at."""

    database: StoreDatabase
    outbox: MailOutbox

    def add_step(self, definition: StepDefinition, days: tuple[int, int]) -> None: ...
    def events(self) -> list[str]: ...


class RealSide:
    """PostgreSQL."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.database: StoreDatabase = world.database
        self.outbox: MailOutbox = world.outbox
        world.run("TRUNCATE onboarding_step_definitions CASCADE")

    def add_step(self, definition: StepDefinition, days: tuple[int, int]) -> None:
        self._world.run(
            "INSERT INTO onboarding_step_definitions VALUES (%(id)s, %(version)s, %(title)s, '', "
            "true, 10, %(position)s, 'person', '{owner}', '{\"in\": [\"DE\", \"FR\"]}', "
            "jsonb_build_object('type', 'open_modal', 'modal', %(id)s::text), %(from)s, %(to)s)",
            {
                "id": definition.id,
                "version": definition.version,
                "title": definition.title,
                "position": definition.position,
                "from": NOW + days[0] * DAY,
                "to": NOW + days[1] * DAY,
            },
        )

    def events(self) -> list[str]:
        return [row[0] for row in self._world.run("SELECT event_type FROM onboarding_events")]


class FakeSide:
    """The fake."""

    def __init__(self) -> None:
        self._fake = FakeStoreDatabase(CLOCK)
        self.database: StoreDatabase = self._fake
        self.outbox: MailOutbox = self._fake
        for number, author in enumerate((ANNA, BERT)):
            store = replace(store_for(author), id=number + 1)
            self._fake.add_author(author, store, f"firebase-{author.id}")

    def add_step(self, definition: StepDefinition, days: tuple[int, int]) -> None:
        self._fake.add_steps(definition, begin=NOW + days[0] * DAY, end=NOW + days[1] * DAY)

    def events(self) -> list[str]:
        return [event.type for event in self._fake.tables.events]


@pytest.fixture(params=["fake", "real"])
def side(request: pytest.FixtureRequest) -> Iterator[Side]:
    if request.param == "fake":
        yield FakeSide()
        return
    with world_at(request.getfixturevalue("database")) as world:
        yield RealSide(world)


def _author(side: Side, kind: SubjectKind, name: str) -> Author | None:
    with side.database.transaction(soon()) as transaction:
        return transaction.author(Subject(kind, name))


def _store(side: Side, author: Author = ANNA) -> Store:
    with side.database.transaction(soon()) as transaction:
        store = transaction.store_of(author.id, lock=False)
    assert store
    return store


def _steps(side: Side, author: Author = ANNA) -> list[Step]:
    with side.database.transaction(soon()) as transaction:
        return list(transaction.steps(author.id, NOW))


def _publish(side: Side) -> Store:
    with side.database.transaction(soon()) as transaction:
        store = transaction.store_of("anna", lock=True)
        assert store
        return transaction.publish(store, uuid4(), NOW)


def _save(side: Side, progress: Progress) -> None:
    with side.database.transaction(soon()) as transaction:
        transaction.save_progress("anna", "theme", progress)


def _recall(side: Side) -> KeptAnswer | None:
    with side.database.transaction(soon()) as transaction:
        return transaction.recall("anna", ROUTE, KEY)


def _keep(side: Side, kept: KeptAnswer, days: int) -> None:
    with side.database.transaction(soon()) as transaction:
        transaction.keep("anna", ROUTE, KEY, kept, NOW + days * DAY)


def _post(side: Side) -> None:
    with side.database.transaction(soon()) as transaction:
        transaction.post(MAIL)


def test_authors(side: Side) -> None:
    """An author is found by the id of either kind, and by no other."""
    assert _author(side, SubjectKind.AUTHOR, "anna") == ANNA
    assert _author(side, SubjectKind.FIREBASE, "firebase-bert") == BERT
    assert _author(side, SubjectKind.FIREBASE, "anna") is None
    assert _author(side, SubjectKind.AUTHOR, "nobody\0\ud800") is None


def test_stores(side: Side) -> None:
    """A store is found by its author and by its slug."""
    with side.database.transaction(soon()) as transaction:
        assert transaction.store_at("bert-shop") == transaction.store_of("bert", lock=True)
        assert transaction.store_at("no-shop") is None
        assert transaction.store_at("\0") is None
        assert transaction.store_of("nobody", lock=True) is None
    assert _store(side) == replace(store_for(ANNA), id=_store(side).id)


def test_publish(side: Side) -> None:
    """A publication is there for others when its transaction ends, with the next version."""
    before = _store(side)
    published = _publish(side)
    expected = replace(before, version=2, published_at=NOW, publication=published.publication)
    assert published == expected == _store(side)
    assert published.etag == '"2"'


def test_unpublish(side: Side) -> None:
    """A store that is private again has kept nothing of its publication."""
    with side.database.transaction(soon()) as transaction:
        private = transaction.unpublish(_publish(side))
    assert private == replace(store_for(ANNA), id=private.id, version=3) == _store(side)


def test_publish_of_the_past(side: Side) -> None:
    """A store that has changed since it was read is not published."""
    store = _store(side)
    _publish(side)
    with (
        pytest.raises(DatabaseUnavailableError) as caught,
        side.database.transaction(soon()) as transaction,
    ):
        transaction.publish(store, uuid4(), NOW)
    assert caught.value.facts == {"failure": "stale"}


def test_rollback(side: Side) -> None:
    """Nothing stays of a block that raises."""
    before = _store(side)
    with suppress(ZeroDivisionError), side.database.transaction(soon()) as transaction:
        transaction.publish(before, uuid4(), NOW)
        transaction.record(publication())
        transaction.post(MAIL)
        raise ZeroDivisionError
    assert _store(side) == before
    assert side.events() == []
    assert side.outbox.take(9, CLOCK.now(), NOW, soon()) == []


def test_own_writes(side: Side) -> None:
    """A transaction sees its own writes, others do not before it ends."""
    with side.database.transaction(soon()) as transaction:
        transaction.keep("anna", ROUTE, KEY, KEPT, NOW + DAY)
        assert transaction.recall("anna", ROUTE, KEY) == KEPT
        transaction.record(publication())
        transaction.publish(_store(side), uuid4(), NOW)
        assert _store(side).version == 1
        assert side.events() == []
    assert side.events() == [EventType.STORE_PUBLISHED]


def test_steps_in_their_order(side: Side) -> None:
    """Steps come by their position, and by their names where that is the same."""
    for name, position in (("later", 3), ("theme", 2), ("email", 2)):
        side.add_step(step(name, position=position), (-1, 1))
    assert [each.definition.id for each in _steps(side)] == ["email", "theme", "later"]


def test_active_steps(side: Side) -> None:
    """The newest version counts of those that have begun and not ended."""
    for version, days in ((1, (-9, 9)), (2, (0, 9)), (3, (-9, 0)), (4, (1, 9))):
        side.add_step(step("theme", version), days)
    side.add_step(step("ended"), (-2, -1))
    assert _steps(side) == [Step(step("theme", 2))]


def test_progress(side: Side) -> None:
    """Progress is kept, then changed, and is of its author alone."""
    side.add_step(step("theme"), (-1, 1))
    _save(side, DONE)
    assert _steps(side) == [Step(step("theme"), replace(DONE, row_version=2))]
    failed = Progress(
        1, StepStatus.TODO, NOW, 2, verification=Verification.FAILED, verification_reason="blurred"
    )
    _save(side, replace(failed, row_version=2))
    assert _steps(side) == [Step(step("theme"), replace(failed, row_version=3))]
    assert _steps(side, BERT) == [Step(step("theme"))]


@pytest.mark.parametrize("row_version", [0, 1, 3])
def test_progress_of_the_past(side: Side, row_version: int) -> None:
    """Progress that was changed in between is not overwritten."""
    side.add_step(step("theme"), (-1, 1))
    _save(side, DONE)
    with pytest.raises(DatabaseUnavailableError) as caught:
        _save(side, Progress(1, row_version=row_version))
    assert caught.value.facts == {"failure": "stale"}
    assert _steps(side)[0].progress == replace(DONE, row_version=2)


def test_kept_answers(side: Side) -> None:
    """An answer is recalled for its author, route and key."""
    assert _recall(side) is None
    _keep(side, KEPT, 1)
    assert _recall(side) == KEPT
    with side.database.transaction(soon()) as transaction:
        assert transaction.recall("bert", ROUTE, KEY) is None
        assert transaction.recall("anna", "another", KEY) is None
        assert transaction.recall("anna", ROUTE, "another") is None


def test_expired_answers(side: Side) -> None:
    """An answer that has expired is as good as none, and another takes its place."""
    _keep(side, KEPT, -1)
    assert _recall(side) is None
    _keep(side, replace(KEPT, fingerprint="1" * 64), 1)
    assert _recall(side) == replace(KEPT, fingerprint="1" * 64)


def test_answers_in_flight(side: Side) -> None:
    """A key is held until the transaction ends that recalled it, and nobody waits for it."""
    with side.database.transaction(soon()) as transaction:
        transaction.recall("anna", ROUTE, KEY)
        transaction.recall("anna", ROUTE, KEY)
        with pytest.raises(IdempotencyInFlightError) as caught:
            _recall(side)
        assert caught.value.retry_after_seconds == 1
    assert _recall(side) is None


def test_calls(side: Side) -> None:
    """A provider's call is taken once, unless its transaction came to nothing."""
    with suppress(ZeroDivisionError), side.database.transaction(soon()) as transaction:
        assert transaction.take_call("payments", "call-1")
        raise ZeroDivisionError
    with side.database.transaction(soon()) as transaction:
        assert transaction.take_call("payments", "call-1")
        assert transaction.take_call("payments", "call-2")
        assert transaction.take_call("theme", "call-1")
    with side.database.transaction(soon()) as transaction:
        assert not transaction.take_call("payments", "call-1")


def test_mail(side: Side) -> None:
    """A mail that is due is taken by one, who has it until a moment that they say."""
    _post(side)
    _post(side)
    now = CLOCK.now()
    taken = side.outbox.take(1, now, now + DAY, soon())
    assert [(each.kind, each.recipient, each.facts, each.attempt) for each in taken] == [
        (MAIL.kind, MAIL.recipient, MAIL.facts, 1)
    ]
    assert len(side.outbox.take(9, now, now + DAY, soon())) == 1
    assert side.outbox.take(9, now, now + DAY, soon()) == []
    assert [each.attempt for each in side.outbox.take(9, now + DAY, now, soon())] == [2, 2]


def test_mail_that_is_over(side: Side) -> None:
    """A mail that was sent or given up is not taken again, one that failed at its time."""
    for _ in range(3):
        _post(side)
    now = CLOCK.now()
    first, second, third = side.outbox.take(9, now, now, soon())
    side.outbox.sent(first, now, soon())
    side.outbox.failed(second, "no such mailbox", None, soon())
    side.outbox.failed(third, "busy", now + DAY, soon())
    assert side.outbox.take(9, now, now, soon()) == []
    assert [each.id for each in side.outbox.take(9, now + DAY, now, soon())] == [third.id]


def test_mail_that_was_given_up_too_soon(side: Side) -> None:
    """A mail that one gave up while another was sending it is sent."""
    _post(side)
    (mail,) = side.outbox.take(1, CLOCK.now(), NOW, soon())
    side.outbox.failed(mail, "no such mailbox", None, soon())
    side.outbox.sent(mail, CLOCK.now(), soon())
    assert side.outbox.take(1, CLOCK.now() + DAY, NOW, soon()) == []


def test_forget_mails(side: Side) -> None:
    """A mail is deleted a month after it was sent or given up, one that waits never is."""
    for _ in range(3):
        _post(side)
    now = CLOCK.now()
    sent, given_up, _waiting = side.outbox.take(3, now, now, soon())
    side.outbox.sent(sent, now, soon())
    side.outbox.failed(given_up, "no such mailbox", None, soon())
    assert side.outbox.forget(now + 29 * DAY, soon()) == 0
    assert side.outbox.forget(now + 31 * DAY, soon()) == 2
    assert len(side.outbox.take(9, now + 400 * DAY, now, soon())) == 1


def test_forget(side: Side) -> None:
    """Answers are deleted when they expire, calls a month after they came."""
    _keep(side, KEPT, 2)
    with side.database.transaction(soon()) as transaction:
        transaction.take_call("payments", "call-1")
    assert side.outbox.forget(NOW, soon()) == 0
    assert side.outbox.forget(NOW + 2 * DAY, soon()) == 1
    assert side.outbox.forget(NOW + 31 * DAY, soon()) == 1
    assert side.outbox.forget(NOW + 31 * DAY, soon()) == 0


def test_no_time(side: Side) -> None:
    """A transaction whose time is up does not begin."""
    with pytest.raises(StoreTimeoutError), side.database.transaction(soon(0)):
        pass


def test_a_lock_past_the_time(side: Side) -> None:
    """Nobody waits for a store beyond their own time."""
    with side.database.transaction(soon()) as first:
        first.store_of("anna", lock=True)
        with pytest.raises(StoreTimeoutError), side.database.transaction(soon(0.2)) as second:
            second.store_of("anna", lock=True)


def test_a_commit_past_the_time(side: Side) -> None:
    """What is not ready to be committed in time is undone."""
    deadline = soon(0.3)
    with ExitStack() as stack:
        transaction = stack.enter_context(side.database.transaction(deadline))
        transaction.record(publication())
        while deadline.remaining(CLOCK.monotonic()):
            pass
        with pytest.raises(StoreTimeoutError):
            stack.pop_all().close()
    assert side.events() == []
