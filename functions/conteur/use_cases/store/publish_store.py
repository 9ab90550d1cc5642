"""Publish a store: once, and only while no required step is missing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from conteur.domain.store.author import Author, Store
from conteur.domain.store.events import Event, EventType, NewMail
from conteur.domain.store.onboarding import Requirements, requirements
from conteur.domain.store.publication import Blocked, Published
from conteur.telemetry import logs
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.store_metrics import GATING_BLOCKS, RETRIED_PUBLISHES
from conteur.use_cases.ports import Clock
from conteur.use_cases.store.answer_once import Answered, Once
from conteur.use_cases.store.asks import Ask, Render
from conteur.use_cases.store.looks import author_of, check_version, steps_of, store_of
from conteur.use_cases.store.ports import Transaction
from conteur.use_cases.store.transactions import Transactions

Publication = Published | Blocked


@dataclass(frozen=True, slots=True)
class PublishStore:
    """The use case. `store_url` makes a store's address of its slug.

    Without `mailing` no mail is put in the outbox: nobody would send it.
    """

    transactions: Transactions
    clock: Clock
    meter: Aggregate
    store_url: Callable[[str], str]
    mailing: bool

    def __call__(self, ask: Ask, render: Render[Publication]) -> Answered[Publication]:
        """Publish the author's store, or say what is missing; both are committed.

        A store that is public already stays as it is, whatever has become required since. Raises
        UnknownAuthorError, AuthorBlockedError, StoreNotFoundError, VersionMismatchError,
        GatingUnavailableError, and what Once and Transactions do.
        """
        now = self.clock.now()
        once = Once[Publication](ask.idempotency, ask.route, now)

        def attempt(transaction: Transaction) -> Answered[Publication]:
            author = author_of(transaction, ask.subject)
            return once(
                transaction, author, lambda: self._decide(transaction, ask, author, now), render
            )

        done = self.transactions.run(
            ask.route,
            attempt,
            ask.deadline,
            repeating=lambda: self.meter.count(RETRIED_PUBLISHES),
        )
        if isinstance(done.outcome, Blocked):
            self._report(done.outcome.requirements)
        return done

    def _decide(
        self, transaction: Transaction, ask: Ask, author: Author, now: datetime
    ) -> Publication:
        store = store_of(transaction, author, lock=True)
        if store.publication == ask.request:  # our own commit, which nobody acknowledged
            return Published(store, already=False)
        check_version(store, ask.if_match)
        if store.published_at is not None:
            return Published(store, already=True)
        needed = requirements(steps_of(transaction, author, now), author.market)
        if needed.currently_due:
            transaction.record(_blocked(ask, author, needed))
            return Blocked(store, needed)
        return self._publish(transaction, ask, author, store, now)

    def _publish(
        self, transaction: Transaction, ask: Ask, author: Author, store: Store, now: datetime
    ) -> Published:
        published = transaction.publish(store, ask.request, now)
        transaction.record(
            Event(
                author.id,
                EventType.STORE_PUBLISHED,
                ask.correlation,
                metadata={"publication": str(ask.request)},
            )
        )
        if self.mailing and author.email and not store.synthetic:
            transaction.post(self._mail(author, published, now))
        return Published(published, already=False)

    def _mail(self, author: Author, store: Store, now: datetime) -> NewMail:
        facts = {
            "storeUrl": self.store_url(store.slug),
            "name": store.name,
            "market": author.market,
            "publishedAt": now.isoformat(timespec="seconds"),
        }
        return NewMail(author.id, "store_published", author.email, facts)

    def _report(self, needed: Requirements) -> None:
        """Tell the log and the metrics, once a request, what the gate waits for."""
        missing = needed.currently_due[0].id
        self.meter.count(GATING_BLOCKS, step=missing)
        steps = ",".join(step.id for step in needed.currently_due)
        logs.warning("Gating check blocked", missingStep=missing, steps=steps)


def _blocked(ask: Ask, author: Author, needed: Requirements) -> Event:
    first, missing = needed.currently_due[0], [step.id for step in needed.currently_due]
    return Event(
        author.id,
        EventType.GATING_BLOCKED,
        ask.correlation,
        step=first.id,
        version=first.version,
        metadata={"missingSteps": missing},
    )
