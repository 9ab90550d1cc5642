"""A store is published once, behind an open gate, and everybody hears the same of it."""

from dataclasses import replace
from uuid import UUID

import pytest

from conteur.domain.store.author import Author, Subject, SubjectKind
from conteur.domain.store.events import EventType
from conteur.domain.store.publication import Published
from conteur.errors import (
    AuthorBlockedError,
    DatabaseUnavailableError,
    StoreNotFoundError,
    UnknownAuthorError,
    VersionMismatchError,
)
from conteur.telemetry.store_metrics import RETRIED_PUBLISHES
from tests.store_world import ALICE, BREAK, CORRELATION, SECONDS, STORES, StoreWorld, key

PUBLISHED = EventType.STORE_PUBLISHED


def test_a_store_is_published(ready: StoreWorld) -> None:
    """A store whose author has done all that is required is public from now on."""
    ask = ready.ask()
    outcome = ready.publish(ask).outcome
    assert outcome == Published(ready.store(), already=False)
    store = ready.store()
    assert (store.published_at, store.publication) == (ready.clock.now(), ask.request)
    assert store.version == 2


def test_what_is_recorded(ready: StoreWorld) -> None:
    """The event has the publication's id, and the correlation id that the caller may choose."""
    ask = ready.ask()
    ready.publish(ask)
    event = ready.last_event()
    assert (event.type, event.author_id) == (PUBLISHED, "alice")
    assert (event.correlation_id, event.metadata) == (
        CORRELATION,
        {"publication": str(ask.request)},
    )


def test_the_mail(ready: StoreWorld) -> None:
    """The author gets a mail with the store's address, name and time."""
    ready.publish()
    (kept,) = ready.database.tables.mails.values()
    assert (kept.mail.kind, kept.mail.recipient) == ("store_published", "alice@example.com")
    assert kept.mail.facts == {
        "storeUrl": "https://conteur.test/api/stores/alices",
        "name": "Alice's",
        "market": "FR",
        "publishedAt": "2026-01-01T00:16:40+00:00",
    }


def test_who_gets_no_mail(ready: StoreWorld) -> None:
    """A synthetic store and an author without an address cause no mail."""
    ready.database.add_author(ALICE, replace(STORES["alice"], synthetic=True))
    ready.publish()
    ready.database.add_author(replace(ALICE, email=""), STORES["alice"])
    ready.publish()
    assert ready.events() == [PUBLISHED, PUBLISHED]
    assert ready.database.tables.mails == {}


def test_nobody_sends_mail(ready: StoreWorld) -> None:
    """Where no mail server is set, no mail waits for one."""
    ready.mailing = False
    ready.publish()
    assert ready.database.tables.mails == {}


def test_published_again(ready: StoreWorld) -> None:
    """A store that is public stays as it is, with its time, and nothing is recorded or sent."""
    ready.publish()
    before = ready.store()
    ready.clock.advance(60)
    assert ready.publish().outcome == Published(before, already=True)
    assert (ready.store(), ready.events()) == (before, [PUBLISHED])
    assert len(ready.database.tables.mails) == 1


def test_nobody_known(ready: StoreWorld) -> None:
    """A good token of nobody whom we know publishes nothing."""
    with pytest.raises(UnknownAuthorError):
        ready.publish(ready.ask(author="carol"))


def test_a_firebase_user(ready: StoreWorld) -> None:
    """A Firebase user publishes the store of the author that they are, and no other."""
    ready.database.add_author(ALICE, STORES["alice"], firebase="bob")
    ask = replace(ready.ask(), subject=Subject(SubjectKind.FIREBASE, "bob"))
    ready.publish(ask)
    assert ready.store("alice").publication == ask.request
    assert ready.store("bob") == STORES["bob"]


def test_a_blocked_author(ready: StoreWorld) -> None:
    """An author whom the operator has blocked publishes nothing, key or not."""
    ready.publish(ready.ask(idempotency=key()))
    ready.database.add_author(replace(ALICE, blocked=True))
    with pytest.raises(AuthorBlockedError):
        ready.publish(ready.ask(idempotency=key()))


def test_no_store(world: StoreWorld) -> None:
    """An author without a store is told so."""
    world.database.add_author(Author("carol", "", "FR", "owner", blocked=False))
    with pytest.raises(StoreNotFoundError):
        world.publish(world.ask(author="carol"))


@pytest.mark.parametrize("tags", [frozenset({'"1"'}), frozenset({'"9"', '"1"'}), frozenset({"*"})])
def test_if_match(ready: StoreWorld, tags: frozenset[str]) -> None:
    """A store that is as the caller has read it is published."""
    ready.publish(ready.ask(if_match=tags))
    assert ready.store().published_at


@pytest.mark.parametrize("tags", [frozenset({'"2"'}), frozenset({'W/"1"'}), frozenset[str]()])
def test_if_match_of_another_version(world: StoreWorld, tags: frozenset[str]) -> None:
    """A store that has changed is refused before the gate is looked at."""
    with pytest.raises(VersionMismatchError):
        world.publish(world.ask(if_match=tags))
    assert world.events() == []


def test_a_lost_commit(ready: StoreWorld) -> None:
    """A commit that nobody acknowledged publishes once, and is answered as the first time."""
    ready.database.lose_commit()
    ask = ready.ask(if_match=frozenset({'"1"'}))
    assert ready.publish(ask).outcome == Published(ready.store(), already=False)
    assert (ready.events(), len(ready.database.tables.mails)) == ([PUBLISHED], 1)
    assert (ready.store().publication, ready.store().version) == (ask.request, 2)


def test_a_retried_publish_is_counted_once(ready: StoreWorld) -> None:
    """A request that needed three attempts counts as one that was retried."""
    ready.database.fail_next(BREAK)
    ready.database.fail_next(BREAK, at="publish")
    ready.publish()
    assert ready.counted(RETRIED_PUBLISHES) == {(): 1}
    assert ready.events() == [PUBLISHED]


@pytest.mark.parametrize("place", ["steps", "publish", "record", "post", "keep", "commit"])
def test_all_or_nothing(ready: StoreWorld, place: str) -> None:
    """A transaction that breaks anywhere leaves nothing behind."""
    for _ in range(3):
        ready.database.fail_next(BREAK, at=place)
    with pytest.raises(DatabaseUnavailableError):
        ready.publish(ready.ask(idempotency=key()))
    tables = ready.database.tables
    assert tables.stores["alice"] == STORES["alice"]
    assert (tables.events, tables.mails, tables.kept) == ([], {}, {})


def test_unpublished_while_it_waited(ready: StoreWorld) -> None:
    """Where another request undoes a lost publication before its retry, each is recorded."""
    ready.database.lose_commit()
    ready.meanwhile = ready.unpublish
    ready.publish()
    assert ready.events() == [PUBLISHED, EventType.STORE_UNPUBLISHED, PUBLISHED]


def test_the_deadline_is_the_requests_own(ready: StoreWorld) -> None:
    """No attempt is begun when the request's time is up."""
    ask = ready.ask()
    ready.clock.advance(SECONDS - 0.5)
    ready.database.fail_next(BREAK)
    with pytest.raises(DatabaseUnavailableError):
        ready.publish(ask)
    assert ready.database.began == 1


def test_ids_are_not_shared(ready: StoreWorld) -> None:
    """A correlation id that another request has used does not make this one that request."""
    ready.publish()
    outcome = ready.publish(replace(ready.ask(), request=UUID(int=1))).outcome
    assert isinstance(outcome, Published)
    assert outcome.already
