"""A store is made private once, and published anew only when somebody asks."""

from dataclasses import replace

import pytest

from conteur.domain.store.events import EventType
from conteur.domain.store.publication import Published
from conteur.errors import StoreNotFoundError, UnknownAuthorError, VersionMismatchError
from tests.store_world import BOB, CORRELATION, STORES, UNPUBLISH, StoreWorld, key

PUBLISHED, UNPUBLISHED = EventType.STORE_PUBLISHED, EventType.STORE_UNPUBLISHED


@pytest.fixture
def public(world: StoreWorld) -> StoreWorld:
    world.open_gate()
    world.publish()
    return world


def test_a_store_is_unpublished(public: StoreWorld) -> None:
    """A store that is made private has no time and no publication, and a new version."""
    publication = public.store().publication
    assert public.unpublish().body == "private, already: False"
    assert public.store() == replace(STORES["alice"], version=3)
    event = public.last_event()
    assert (event.type, event.correlation_id) == (UNPUBLISHED, CORRELATION)
    assert event.metadata == {"publication": str(publication)}


def test_unpublished_again(public: StoreWorld) -> None:
    """A store that is private already stays so, and nothing is recorded."""
    public.unpublish()
    assert public.unpublish().body == "private, already: True"
    assert public.events() == [PUBLISHED, UNPUBLISHED]


def test_published_anew(public: StoreWorld) -> None:
    """A store that was private in between gets a new time, and its author a new mail."""
    public.unpublish()
    public.clock.advance(60)
    outcome = public.publish().outcome
    assert outcome == Published(public.store(), already=False)
    assert public.store().published_at == public.clock.now()
    assert len(public.database.tables.mails) == 2


def test_if_match(public: StoreWorld) -> None:
    """A store that has changed since it was read is not made private."""
    with pytest.raises(VersionMismatchError):
        public.unpublish(public.ask(UNPUBLISH, if_match=frozenset({'"1"'})))
    public.unpublish(public.ask(UNPUBLISH, if_match=frozenset({'"2"'})))
    assert public.store().published_at is None


@pytest.mark.parametrize("if_match", [None, frozenset({'"2"'})])
def test_a_lost_commit(public: StoreWorld, if_match: frozenset[str] | None) -> None:
    """A commit that nobody acknowledged is not told as a conflict with itself."""
    public.database.lose_commit()
    answer = public.unpublish(public.ask(UNPUBLISH, if_match=if_match))
    assert answer.body == "private, already: True"
    assert public.events() == [PUBLISHED, UNPUBLISHED]


def test_a_lost_commit_with_a_key(public: StoreWorld) -> None:
    """With a key the answer is the one of the commit that was lost."""
    public.database.lose_commit()
    answer = public.unpublish(public.ask(UNPUBLISH, idempotency=key()))
    assert (answer.body, answer.replayed) == ("private, already: False", False)


def test_a_repeated_key(public: StoreWorld) -> None:
    """The same key is answered as the first time, and leaves what was published since."""
    first = public.unpublish(public.ask(UNPUBLISH, idempotency=key()))
    public.publish()
    again = public.unpublish(public.ask(UNPUBLISH, idempotency=key()))
    assert again == replace(first, replayed=True)
    assert public.store().published_at


def test_somebody_else(public: StoreWorld) -> None:
    """Another author makes their own store private, and only that."""
    before = public.store()
    public.unpublish(public.ask(UNPUBLISH, author="bob"))
    assert public.store() == before


def test_nobody_and_nothing(world: StoreWorld) -> None:
    """Who is no author, and an author without a store, are told so."""
    with pytest.raises(UnknownAuthorError):
        world.unpublish(world.ask(UNPUBLISH, author="carol"))
    world.database.add_author(replace(BOB, id="carol"))
    with pytest.raises(StoreNotFoundError):
        world.unpublish(world.ask(UNPUBLISH, author="carol"))
