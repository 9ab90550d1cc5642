"""The store's database, and its transactions."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from conteur.adapters.postgres import events, idempotency, mails, steps, stores
from conteur.adapters.postgres.pool import PostgresPool
from conteur.adapters.postgres.session import Session
from conteur.domain.deadline import Deadline
from conteur.domain.store.answer import KeptAnswer
from conteur.domain.store.author import Author, Store, Subject
from conteur.domain.store.events import Event, NewMail
from conteur.domain.store.onboarding import Progress, Step


class PostgresDatabase:
    """Implements ports.StoreDatabase."""

    def __init__(self, pool: PostgresPool) -> None:
        self._pool = pool

    @contextmanager
    def transaction(self, deadline: Deadline) -> Iterator["PostgresTransaction"]:
        """Begin a transaction, READ COMMITTED; as the port says."""
        with self._pool.session(deadline) as session:
            yield PostgresTransaction(session)
            session.commit()


class PostgresTransaction:
    """Implements ports.Transaction; the statements are in a file for each table."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def author(self, subject: Subject) -> Author | None:
        """Return who that is."""
        return stores.author(self._session, subject)

    def store_of(self, author_id: str, *, lock: bool) -> Store | None:
        """Return the author's store."""
        return stores.store_of(self._session, author_id, lock=lock)

    def store_at(self, slug: str) -> Store | None:
        """Return the store of that slug."""
        return stores.store_at(self._session, slug)

    def steps(self, author_id: str, now: datetime) -> Sequence[Step]:
        """Return all steps that are active."""
        return steps.steps(self._session, author_id, now)

    def publish(self, store: Store, publication: UUID, now: datetime) -> Store:
        """Make the store public; it must be as it was read."""
        return stores.set_publication(self._session, store, publication, now)

    def unpublish(self, store: Store) -> Store:
        """Make the store private; it must be as it was read."""
        return stores.set_publication(self._session, store, None, None)

    def save_progress(self, author_id: str, step: str, progress: Progress) -> None:
        """Keep how far the author is."""
        steps.save_progress(self._session, author_id, step, progress)

    def record(self, event: Event) -> None:
        """Add an event."""
        events.record(self._session, event)

    def post(self, mail: NewMail) -> None:
        """Put a mail in the outbox."""
        mails.post(self._session, mail)

    def recall(self, author_id: str, route: str, key: str) -> KeptAnswer | None:
        """Return what the key was answered, and hold it."""
        return idempotency.recall(self._session, author_id, route, key)

    def keep(
        self, author_id: str, route: str, key: str, kept: KeptAnswer, expires: datetime
    ) -> None:
        """Keep what the key was answered."""
        idempotency.keep(self._session, author_id, route, key, kept, expires)

    def take_call(self, provider: str, call_id: str) -> bool:
        """Note a provider's call."""
        return events.take_call(self._session, provider, call_id)
