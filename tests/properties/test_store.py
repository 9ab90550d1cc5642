"""Stores that are published, unpublished and gated by two authors, in whatever order.

One step is one request, with at most one thing that goes wrong in it: it breaks somewhere, its
commit is not acknowledged, or another request comes while it waits to be repeated. What each
commit may change is asserted where it happens (commits.py).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from conteur.domain.store.answer import Answer
from conteur.domain.store.author import Author
from conteur.domain.store.events import EventType
from conteur.domain.store.onboarding import (
    MOST_SNOOZES,
    StepDefinition,
    Verification,
    requirements,
)
from conteur.domain.store.publication import Published
from conteur.errors import ConteurError
from conteur.use_cases.store.asks import Ask, Idempotency
from conteur.use_cases.store.publish_store import Publication
from tests.fake_store_tables import Tables
from tests.properties.commits import WatchedDatabase
from tests.properties.conftest import LIVES
from tests.store_world import (
    ALICE,
    BOB,
    BREAK,
    COMPLETE,
    PUBLISH,
    SNOOZE,
    STEPS,
    UNPUBLISH,
    StoreWorld,
    done,
    key,
)

PLACES = ("transaction", "author", "store_of", "steps", "publish", "record", "post", "commit")

authors = st.sampled_from([ALICE.id, BOB.id])
steps = st.sampled_from([step.id for step in STEPS])
keys = st.none() | st.builds(key, st.sampled_from("ab"), st.sampled_from(["e" * 64, "f" * 64]))
verdicts = st.sampled_from([None, *Verification])


class StoreLife(RuleBasedStateMachine):
    """Any order of what authors, providers and operators do."""

    def __init__(self) -> None:
        super().__init__()
        self.database = WatchedDatabase()
        self.world = StoreWorld(self.database)
        self.answers: dict[tuple[str, str, str], tuple[Answer, str, datetime]] = {}
        self.interrupted = False

    @initialize(ready=st.sampled_from(["", "alice", "bob"]))
    def begin(self, ready: str) -> None:
        """Let one of the authors have done all that is required, or none."""
        for author in (ALICE, BOB):
            if author.id == ready:
                self.world.open_gate(author)

    @rule(data=st.data(), author=authors, idempotency=keys)
    def publish(self, data: st.DataObject, author: str, idempotency: Idempotency | None) -> None:
        """Have an author publish: whoever is told so is public, and nobody else."""
        ask = self.ask(PUBLISH, author, idempotency)
        with self.something_wrong(data, author):
            answered = self.world.publish(ask)
            self.hear(ask, PUBLISH, answered.answer)
            if answered.outcome and not self.interrupted:
                self.hold(author, ask, answered.outcome)

    @rule(data=st.data(), author=authors, idempotency=keys)
    def unpublish(self, data: st.DataObject, author: str, idempotency: Idempotency | None) -> None:
        """Have an author unpublish."""
        ask = self.ask(UNPUBLISH, author, idempotency)
        with self.something_wrong(data, author):
            answer = self.world.unpublish(ask)
            self.hear(ask, UNPUBLISH, answer)
            if not (answer.replayed or self.interrupted):
                assert self.world.store(author).published_at is None

    @rule(data=st.data(), author=authors, step=steps, idempotency=keys)
    def complete(
        self, data: st.DataObject, author: str, step: str, idempotency: Idempotency | None
    ) -> None:
        """Have an author complete a step, one that they may or not."""
        ask = self.ask(COMPLETE, author, idempotency)
        with self.something_wrong(data, author):
            self.hear(ask, f"{COMPLETE} {step}", self.world.complete(step, ask))

    @rule(data=st.data(), author=authors, step=steps, idempotency=keys)
    def snooze(
        self, data: st.DataObject, author: str, step: str, idempotency: Idempotency | None
    ) -> None:
        """Have an author put a step off."""
        ask = self.ask(SNOOZE, author, idempotency)
        with self.something_wrong(data, author):
            self.hear(ask, f"{SNOOZE} {step}", self.world.snooze(step, 7, ask))

    @rule(data=st.data(), author=authors, step=steps, verdict=verdicts, call=st.sampled_from("12"))
    def verify(
        self, data: st.DataObject, author: str, step: str, verdict: Verification | None, call: str
    ) -> None:
        """Have a provider call, for the first time or again: a repeated call changes nothing."""
        taken, before = (step, call) in self.tables.calls, self.tables.copy()
        with self.something_wrong(data, author):
            is_new = self.world.verify(step, verdict, "blurred", author, call)
            assert not (taken and is_new)
        if taken and not self.interrupted:
            assert self.tables.progress == before.progress
            assert self.tables.events == before.events

    @rule(step=st.sampled_from(STEPS), required=st.booleans(), newer=st.booleans())
    def change_step(self, step: StepDefinition, *, required: bool, newer: bool) -> None:
        """Have an operator relax or tighten a step, in place or as a new version."""
        newest = max(version for each, version in self.tables.steps if each == step.id)
        self.database.add_steps(replace(step, required=required, version=newest + newer))

    @rule(author=st.sampled_from([ALICE, BOB]))
    def catch_up(self, author: Author) -> None:
        """Have done for an author what is required of them now."""
        for step in requirements(self.database.steps_of(author.id), author.market).currently_due:
            kept = self.tables.progress.get((author.id, step.id))
            newer = replace(done(step.version), row_version=kept.row_version + 1 if kept else 1)
            completed_by = step.completer.value
            self.database.add_progress(
                author.id, step.id, replace(newer, completed_by=completed_by)
            )

    @rule(seconds=st.sampled_from([1.0, 3600.0, 86_400.0]))
    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.world.clock.advance(seconds)

    @invariant()
    def publications_are_told_once(self) -> None:
        """There is one event a publication, and a public store has the id of its last one."""
        published = [each for each in self.tables.events if each.type is EventType.STORE_PUBLISHED]
        assert len(published) == self.database.publications
        last = {each.author_id: each.metadata["publication"] for each in published}
        for author, store in self.tables.stores.items():
            assert store.publication is None or str(store.publication) == last[author]

    @invariant()
    def steps_are_put_off_three_times_at_most(self) -> None:
        """Nothing puts a step off more often than it may be."""
        assert all(each.snooze_count <= MOST_SNOOZES for each in self.tables.progress.values())

    @property
    def tables(self) -> Tables:
        return self.database.tables

    def hold(self, author: str, ask: Ask, outcome: Publication) -> None:
        """Hold what a request was told against what is so."""
        store = self.world.store(author)
        if isinstance(outcome, Published):
            assert store == outcome.store
            assert (store.publication == ask.request) is not outcome.already
        else:
            assert store.published_at is None
            assert not self.database.is_open(author)

    def ask(self, route: str, author: str, idempotency: Idempotency | None) -> Ask:
        return self.world.ask(route, author, idempotency)

    def hear(self, ask: Ask, scope: str, answer: Answer) -> None:
        """Hold an answer against the first one that the key was given."""
        if ask.idempotency is None:
            assert not answer.replayed
            return
        place = ask.subject.id, scope, ask.idempotency.key
        first, fingerprint, until = self.answers.get(place, (answer, "", self.world.clock.now()))
        if until > self.world.clock.now():
            assert answer == replace(first, replayed=True)
            assert fingerprint == ask.idempotency.fingerprint
        elif (kept := self.tables.kept.get(place)) is not None:
            self.answers[place] = (answer, ask.idempotency.fingerprint, kept[1])

    @contextmanager
    def something_wrong(self, data: st.DataObject, author: str) -> Iterator[None]:
        """Have a request meet what is drawn, and break as often as that."""
        self.database.acting = author
        self.interrupted = False
        wrong = data.draw(st.sampled_from(["", "broken", "lost", "interrupted"]))
        times = data.draw(st.integers(1, 3)) if wrong else 0
        place = data.draw(st.sampled_from(PLACES)) if wrong == "broken" else "commit"
        for _ in range(times):
            if wrong == "broken":
                self.database.fail_next(BREAK, at=place)
            else:
                self.database.lose_commit()
        if wrong == "interrupted":
            self.world.meanwhile = lambda: self.interrupt(data, author)
        try:
            with suppress(ConteurError):
                yield
        finally:
            self.world.meanwhile = lambda: None
            self.database.calm()

    def interrupt(self, data: st.DataObject, author: str) -> None:
        """Have another request made, by either author, while one waits to be repeated."""
        self.interrupted = True
        self.world.meanwhile = lambda: None
        other = data.draw(authors)
        self.database.acting = other
        moves: list[Callable[[], object]] = [
            lambda: self.world.publish(self.world.ask(PUBLISH, other)),
            lambda: self.world.unpublish(self.world.ask(UNPUBLISH, other)),
            lambda: self.world.complete("terms", self.world.ask(COMPLETE, other)),
            lambda: self.world.verify("payments", Verification.FAILED, "closed", other),
        ]
        with suppress(ConteurError):
            data.draw(st.sampled_from(moves))()
        self.database.acting = author


TestStoreLife = StoreLife.TestCase
TestStoreLife.settings = settings(settings.get_profile(LIVES), max_examples=200)
