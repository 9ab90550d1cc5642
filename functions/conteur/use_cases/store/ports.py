"""What the store's use cases need of the world."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol
from uuid import UUID

from conteur.domain.deadline import Deadline
from conteur.domain.store.answer import KeptAnswer
from conteur.domain.store.author import Author, Store, Subject
from conteur.domain.store.events import DueMail, Event, NewMail
from conteur.domain.store.onboarding import Progress, Step
from conteur.domain.store.rate_limit import Allowance


class Transaction(Protocol):
    """One transaction. It commits when its block ends, and undoes all when that raises.

    Whatever it is asked may raise DatabaseUnavailableError or StoreTimeoutError.
    """

    def author(self, subject: Subject) -> Author | None:
        """Return who that is, None where nobody knows them."""

    def store_of(self, author_id: str, *, lock: bool) -> Store | None:
        """Return the author's store; with `lock` nobody else changes it until the end."""

    def store_at(self, slug: str) -> Store | None:
        """Return the store of that slug."""

    def steps(self, author_id: str, now: datetime) -> Sequence[Step]:
        """Return all steps that are active, in their order, the newest version of each.

        Raises GatingUnavailableError where the data of one cannot be understood.
        """

    def publish(self, store: Store, publication: UUID, now: datetime) -> Store:
        """Make the store public, and return it as it then is."""

    def unpublish(self, store: Store) -> Store:
        """Make the store private, and return it as it then is."""

    def save_progress(self, author_id: str, step: str, progress: Progress) -> None:
        """Keep how far the author is; `progress.row_version` is the one read before (0: none).

        Raises DatabaseUnavailableError where somebody else has written since: try again.
        """

    def record(self, event: Event) -> None:
        """Add an event."""

    def post(self, mail: NewMail) -> None:
        """Put a mail in the outbox."""

    def recall(self, author_id: str, route: str, key: str) -> KeptAnswer | None:
        """Return what the key was answered, None where it is new, and hold it until the end.

        Raises IdempotencyInFlightError where another transaction holds it.
        """

    def keep(
        self, author_id: str, route: str, key: str, kept: KeptAnswer, expires: datetime
    ) -> None:
        """Keep what the key was answered."""

    def take_call(self, provider: str, call_id: str) -> bool:
        """Note a provider's call; False where it was taken before."""


class StoreDatabase(Protocol):
    """Where authors and stores are kept."""

    def transaction(self, deadline: Deadline) -> AbstractContextManager[Transaction]:
        """Begin a transaction that nothing of waits longer than until `deadline`.

        Raises DatabaseBusyError where no connection is free, DatabaseUnavailableError where
        none can be made or it breaks (at the end: whether it has committed is not known),
        StoreTimeoutError.
        """


class MailOutbox(Protocol):
    """Mails that wait to be sent, and other housekeeping."""

    def take(self, most: int, now: datetime, until: datetime, deadline: Deadline) -> list[DueMail]:
        """Take mails that are due; nobody else gets them before `until`."""

    def sent(self, mail: DueMail, now: datetime, deadline: Deadline) -> None:
        """Note that a mail is on its way."""

    def failed(
        self, mail: DueMail, problem: str, again: datetime | None, deadline: Deadline
    ) -> None:
        """Note why a mail was not taken, and when to try again; None gives it up."""

    def forget(self, now: datetime, deadline: Deadline) -> int:
        """Delete expired idempotency records, old provider calls and mails; return how many."""


class Mailer(Protocol):
    """Somebody who delivers mail."""

    def send(self, mail: DueMail, deadline: Deadline) -> None:
        """Hand a mail over. Raises MailError; one that is not `temporary` is never taken."""


class RateLimiter(Protocol):
    """Counts requests."""

    def take(self, caller: str, now: datetime) -> Allowance:
        """Count one request of the caller. Never raises."""


class AuthorTokens(Protocol):
    """Says whom a bearer token was given to."""

    def identify(self, token: str) -> Subject:
        """Return whose the token is.

        Raises TokenExpiredError, TokenInvalidError, AuthUnavailableError, or
        SecretUnavailableError where the keys cannot be read.
        """


Wait = Callable[[float], None]
"""Lets so many seconds pass."""
