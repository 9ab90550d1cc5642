"""The store's use cases over the real database: at once, and with commits that nobody hears of."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest

from conteur.domain.retry import RetryPolicy
from conteur.domain.store.answer import Answer
from conteur.domain.store.author import Subject, SubjectKind
from conteur.domain.store.onboarding import StepStatus, Verification
from conteur.errors import IdempotencyInFlightError
from conteur.telemetry.aggregate import Aggregate
from conteur.use_cases.store.asks import Ask, Idempotency, ProviderCall
from conteur.use_cases.store.change_step import ChangeStep
from conteur.use_cases.store.publish_store import PublishStore
from conteur.use_cases.store.record_verification import RecordVerification
from conteur.use_cases.store.snooze_step import SnoozeStep
from conteur.use_cases.store.transactions import Transactions
from conteur.use_cases.store.unpublish_store import UnpublishStore
from tests.adapters.postgres.world import ANNA, CLOCK, World, soon, world_at
from tests.cut_proxy import CutProxy
from tests.store_world import render_private, render_publication, render_step

pytestmark = pytest.mark.server

KEY = Idempotency("key", "f" * 64)
DONE: LiteralString = """
INSERT INTO user_onboarding (user_id, step_id, version, status, completed_by, completed_at)
SELECT 'anna', id, version, 'done', 'test', now() FROM onboarding_step_definitions WHERE required
"""


def ask(idempotency: Idempotency | None = None) -> Ask:
    subject = Subject(SubjectKind.AUTHOR, ANNA.id)
    return Ask(subject, "publish", uuid4(), uuid4(), soon(30), idempotency)


def transactions(world: World, meter: Aggregate | None = None) -> Transactions:
    policy = RetryPolicy(max_attempts=3, initial_delay=0.01)
    return Transactions(
        world.database, policy, CLOCK, meter or Aggregate(), random.random, lambda _seconds: None
    )


def publish(
    world: World, idempotency: Idempotency | None = None, meter: Aggregate | None = None
) -> Answer:
    use_case = PublishStore(transactions(world, meter), CLOCK, Aggregate(), str, mailing=True)
    return use_case(ask(idempotency), render_publication).answer


def counts(world: World) -> tuple[int, int]:
    """Return how many publications were recorded, and how many mails wait."""
    ((events, mails),) = world.run(
        "SELECT (SELECT count(*) FROM onboarding_events WHERE event_type = 'store.published'),"
        " (SELECT count(*) FROM mail_outbox)"
    )
    return events, mails


def waiting(world: World) -> int:
    """Return how many connections wait for a lock."""
    ((number,),) = world.run(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    return int(number)


def test_eighty_at_once(world: World) -> None:
    """Of eighty requests one publishes; each of the others waits for it, and is told so.

    Nobody's transaction is repeated.
    """
    world.run(DONE)
    meter, patience = Aggregate(), soon(10)
    with ThreadPoolExecutor(80) as authors, psycopg.connect(world.url.value) as other:
        other.execute("SELECT 1 FROM stores WHERE user_id = 'anna' FOR UPDATE")
        asked = [authors.submit(publish, world, None, meter) for _ in range(80)]
        while waiting(world) < world.size and patience.remaining(CLOCK.monotonic()):
            pass
        other.rollback()
        answers = [each.result().body for each in asked]
    assert sorted(Counter(answers).values()) == [1, 79]
    assert len({answer.partition(",")[0] for answer in answers}) == 1
    assert (counts(world), meter.changes) == ((1, 1), 0)


def test_one_key_at_once(world: World) -> None:
    """Of ten requests with one key one is answered, and each other replayed or told to wait."""
    world.run(DONE)

    def attempt(_number: int) -> str:
        try:
            return publish(world, KEY).body
        except IdempotencyInFlightError:
            return "in flight"

    with ThreadPoolExecutor(10) as authors:
        answers = set(authors.map(attempt, range(10))) - {"in flight"}
    assert len(answers) == 1
    assert counts(world) == (1, 1)


@pytest.mark.parametrize("committed", [True, False])
@pytest.mark.parametrize("idempotency", [None, KEY])
def test_a_publication_whose_commit_is_lost(
    database: str, idempotency: Idempotency | None, *, committed: bool
) -> None:
    """A publication is made once, and answered as the first time, committed or not."""
    with CutProxy(database).serve() as proxy, world_at(proxy.url) as world:
        world.run(DONE)
        proxy.cut_next_commit(committed=committed)
        answer = publish(world, idempotency)
        assert (answer.body.endswith("already: False"), answer.replayed) == (True, False)
        assert counts(world) == (1, 1)


def test_a_snooze_whose_commit_is_lost(database: str) -> None:
    """A step is put off once: the database keeps its time to the microsecond."""
    with CutProxy(database).serve() as proxy, world_at(proxy.url) as world:
        proxy.cut_next_commit(committed=True)
        SnoozeStep(ChangeStep(transactions(world), CLOCK))(ask(), "theme", 7, render_step)
        assert world.run("SELECT snooze_count FROM user_onboarding WHERE user_id = 'anna'") == [
            (1,)
        ]
        assert world.run("SELECT count(*) FROM onboarding_events") == [(1,)]


def test_an_onboarding(world: World) -> None:
    """A refusal is kept and taken back, and the last step opens the gate for good."""
    assert publish(world).body == "email_verification payments mentions_legales politique_retours"
    world.run(DONE)
    record = RecordVerification(transactions(world))

    def say(verification: Verification | None) -> None:
        status = StepStatus.TODO if verification else StepStatus.DONE
        call = ProviderCall(
            *("payments", str(uuid4()), ANNA.id, status, verification, "blurred"),
            *(CLOCK.now(), UUID(int=1), soon(30)),
        )
        assert record(call, "verification")

    say(Verification.FAILED)
    assert publish(world).body == "payments"
    say(None)
    assert publish(world).status == 200


def test_published_anew(world: World) -> None:
    """A store that was made private is published anew, with an event and a mail of its own."""
    world.run(DONE)
    publish(world)
    UnpublishStore(transactions(world), CLOCK)(ask(), render_private)
    assert publish(world).body.endswith("already: False")
    assert counts(world) == (2, 2)
