"""Authors, their stores and steps, in memory; and the use cases over them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from uuid import UUID

from conteur.domain.deadline import Deadline
from conteur.domain.retry import RetryPolicy
from conteur.domain.store.answer import Answer
from conteur.domain.store.author import Author, Store, Subject, SubjectKind
from conteur.domain.store.events import Event, EventType
from conteur.domain.store.onboarding import (
    Action,
    Completer,
    Progress,
    Step,
    StepDefinition,
    StepStatus,
    Verification,
)
from conteur.domain.store.publication import Blocked, Published, Unpublished
from conteur.errors import DatabaseUnavailableError
from conteur.telemetry.aggregate import Aggregate, DistributionValue
from conteur.telemetry.metric import Counter
from conteur.use_cases.store.answer_once import Answered
from conteur.use_cases.store.asks import Ask, Idempotency, ProviderCall
from conteur.use_cases.store.change_step import ChangeStep
from conteur.use_cases.store.complete_step import CompleteStep
from conteur.use_cases.store.list_onboarding import ListOnboarding, Onboarding
from conteur.use_cases.store.publish_store import Publication, PublishStore
from conteur.use_cases.store.read_public_store import ReadPublicStore
from conteur.use_cases.store.read_status import ReadStatus, StoreStatus
from conteur.use_cases.store.record_verification import RecordVerification
from conteur.use_cases.store.snooze_step import SnoozeStep
from conteur.use_cases.store.transactions import Transactions
from conteur.use_cases.store.unpublish_store import UnpublishStore
from tests.fake_store_database import FakeStoreDatabase
from tests.fakes import FakeClock

SECONDS = 20.0
PUBLISH, UNPUBLISH, STATUS = "/api/store/publish", "/api/store/unpublish", "/api/store/status"
ONBOARDING, PUBLIC = "/api/onboarding", "/api/stores/{slug}"
COMPLETE = "/api/onboarding/{step}/complete"
SNOOZE = "/api/onboarding/{step}/snooze"
VERIFY = "/api/onboarding/{step}/verification"
CORRELATION = UUID(int=7)
BREAK = DatabaseUnavailableError("the connection broke", failure="08006")


def definition(step: str, **changes: object) -> StepDefinition:
    """Return a required step that a person completes, but for what is said otherwise."""
    usual = StepDefinition(
        id=step,
        version=1,
        title=step.capitalize(),
        description="",
        required=True,
        weight=10,
        position=10,
        completer=Completer.PERSON,
        action=Action("open_modal", step),
    )
    return replace(usual, **changes)  # type: ignore[arg-type] # a test's own words


EMAIL = definition("email", completer=Completer.PROVIDER, weight=20, position=1)
PAYMENTS = definition("payments", completer=Completer.PROVIDER, weight=30, position=2)
THEME = definition("theme", required=False, weight=25, position=3)
TERMS = definition("terms", markets=frozenset({"FR"}), position=4)
IMPRESSUM = definition("impressum", markets=frozenset({"DE"}), position=5)
TEAM = definition("team", required=False, roles=frozenset({"manager"}), weight=15, position=6)
STEPS = (EMAIL, PAYMENTS, THEME, TERMS, IMPRESSUM, TEAM)
REQUIRED = {"FR": ("email", "payments", "terms"), "DE": ("email", "payments", "impressum")}

ALICE = Author("alice", "alice@example.com", "FR", "owner", blocked=False)
BOB = Author("bob", "bob@example.com", "DE", "owner", blocked=False)
STORES = {
    "alice": Store(1, "alice", "alices", "Alice's", 1),
    "bob": Store(2, "bob", "bobs", "Bob's", 1),
}


def done(version: int = 1) -> Progress:
    """Return the progress of a step that was done long ago."""
    return Progress(
        version,
        StepStatus.DONE,
        completed_by="migration",
        completed_at=FakeClock().now(),
        row_version=1,
    )


def key(name: str = "key", fingerprint: str = "f" * 64) -> Idempotency:
    return Idempotency(name, fingerprint)


@dataclass(frozen=True)
class AskMaker:
    """Makes requests, each with an id of its own."""

    clock: FakeClock
    ids: "count[int]"

    def __call__(
        self,
        route: str = PUBLISH,
        author: str = "alice",
        idempotency: Idempotency | None = None,
        if_match: frozenset[str] | None = None,
    ) -> Ask:
        return Ask(
            Subject(SubjectKind.AUTHOR, author),
            route,
            CORRELATION,
            UUID(int=next(self.ids)),
            Deadline(self.clock.monotonic() + SECONDS),
            idempotency,
            if_match,
        )


class StoreWorld:
    """Alice in France and Bob in Germany: each has a store, and nothing done."""

    def __init__(self, database: FakeStoreDatabase | None = None) -> None:
        self.clock = FakeClock()
        self.database = database or FakeStoreDatabase()
        self.database.clock = self.clock
        self.meter = Aggregate()
        self.waits: list[float] = []
        self.jitter = 1.0
        self.mailing = True
        self.meanwhile: Callable[[], object] = lambda: None
        self.ask = AskMaker(self.clock, count(1000))
        for author in (ALICE, BOB):
            self.database.add_author(author, STORES[author.id])
        self.database.add_steps(*STEPS)

    def open_gate(self, author: Author = ALICE) -> None:
        """Have the author done all that is required of them."""
        for step in REQUIRED[author.market]:
            self.database.add_progress(author.id, step, done())

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.clock.advance(seconds)
        self.meanwhile()

    @property
    def transactions(self) -> Transactions:
        return Transactions(
            self.database, RetryPolicy(), self.clock, self.meter, lambda: self.jitter, self.wait
        )

    def publish(self, ask: Ask | None = None) -> Answered[Publication]:
        publish = PublishStore(
            self.transactions,
            self.clock,
            self.meter,
            lambda slug: f"https://conteur.test/api/stores/{slug}",
            self.mailing,
        )
        return publish(ask or self.ask(), render_publication)

    def unpublish(self, ask: Ask | None = None) -> Answer:
        return UnpublishStore(self.transactions, self.clock)(
            ask or self.ask(UNPUBLISH), render_private
        )

    def complete(self, step: str, ask: Ask | None = None) -> Answer:
        complete = CompleteStep(ChangeStep(self.transactions, self.clock))
        return complete(ask or self.ask(COMPLETE), step, render_step)

    def snooze(self, step: str, days: int = 7, ask: Ask | None = None) -> Answer:
        snooze = SnoozeStep(ChangeStep(self.transactions, self.clock))
        return snooze(ask or self.ask(SNOOZE), step, days, render_step)

    def verify(
        self,
        step: str,
        verification: Verification | None = None,
        reason: str = "",
        author: str = "alice",
        call_id: str = "",
    ) -> bool:
        call = ProviderCall(
            step,
            call_id or f"call-{next(self.ask.ids)}",
            author,
            StepStatus.DONE if verification is None else StepStatus.TODO,
            verification,
            reason,
            self.clock.now(),
            CORRELATION,
            Deadline(self.clock.monotonic() + SECONDS),
        )
        return RecordVerification(self.transactions)(call, VERIFY)

    def status(self, author: str = "alice") -> StoreStatus:
        return ReadStatus(self.transactions, self.clock)(self.ask(STATUS, author))

    def onboarding(self, author: str = "alice") -> Onboarding:
        return ListOnboarding(self.transactions, self.clock)(self.ask(ONBOARDING, author))

    def public(self, slug: str) -> Store:
        read = ReadPublicStore(self.transactions)
        return read(slug, PUBLIC, Deadline(self.clock.monotonic() + SECONDS))

    def progress(self, step: str, author: str = "alice") -> Progress:
        return self.database.tables.progress[author, step]

    def store(self, author: str = "alice") -> Store:
        return self.database.tables.stores[author]

    def events(self) -> list[EventType]:
        return [event.type for event in self.database.tables.events]

    def last_event(self) -> Event:
        return self.database.tables.events[-1]

    def counted(self, metric: Counter) -> dict[tuple[str, ...], int]:
        """Return the metric's numbers that are not 0, by their labels."""
        return {
            series.labels: series.value
            for series in self.meter.snapshot().series
            if series.metric is metric and isinstance(series.value, int) and series.value
        }

    def distribution(self, metric: object) -> DistributionValue:
        values: Sequence[object] = [
            series.value for series in self.meter.snapshot().series if series.metric is metric
        ]
        (value,) = values
        assert isinstance(value, DistributionValue)
        return value


def render_publication(outcome: Publication) -> Answer:
    """Answer as the edge would, in fewer words."""
    if isinstance(outcome, Published):
        at = outcome.store.published_at
        return Answer(200, f"published at {at}, already: {outcome.already}", outcome.store.etag)
    assert isinstance(outcome, Blocked)
    return Answer(409, " ".join(step.id for step in outcome.requirements.currently_due))


def render_private(outcome: Unpublished) -> Answer:
    return Answer(200, f"private, already: {outcome.already}", outcome.store.etag)


def render_step(step: Step) -> Answer:
    progress = step.current
    words: Mapping[str, object] = {
        "status": progress.status.value,
        "at": progress.completed_at,
        "until": progress.snooze_until,
        "count": progress.snooze_count,
    }
    return Answer(200, str(words))
