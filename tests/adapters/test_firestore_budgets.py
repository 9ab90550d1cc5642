"""The budget's counters in the real Firestore emulator."""

from dataclasses import replace

import pytest

from conteur.adapters.firestore_budgets import FirestoreBudgets
from conteur.domain.budget import BudgetReading
from conteur.domain.charge import Charge
from conteur.domain.story import Lease
from conteur.errors import DeadlineError
from tests.adapters.firestore_relay import FirestoreRelay, new_project, store_at
from tests.adapters.stored import FAILURE, NEXT_CHARGE, SECONDS, TODAY, Store, new_story
from tests.stories import FINISHED

pytestmark = pytest.mark.server


def _charged(store: Store, shard: int, micros: int) -> Lease:
    return store.claimed(replace(new_story(), charge=Charge(TODAY, shard, micros)))


def test_the_load_is_what_all_shards_have_reserved(store: Store) -> None:
    """Reservations of all shards of the day count, and those of another day do not."""
    _charged(store, shard=0, micros=100)
    _charged(store, shard=3, micros=20)
    store.claimed(replace(new_story(), charge=NEXT_CHARGE))
    assert FirestoreBudgets(store.client).read(TODAY, SECONDS) == BudgetReading(TODAY, 120)


def test_what_was_given_back_does_not_count(store: Store) -> None:
    """A completed story counts with its cost, a failed one with nothing."""
    store.stories.complete(_charged(store, shard=1, micros=500), FINISHED, SECONDS)
    store.stories.fail(_charged(store, shard=2, micros=500), FAILURE, SECONDS)
    reading = FirestoreBudgets(store.client).read(TODAY, SECONDS)
    assert reading.load == FINISHED.cost_micros


def test_a_day_without_stories_has_no_load(store: Store) -> None:
    """A day of which nothing is counted has a load of zero."""
    assert FirestoreBudgets(store.client).read(TODAY, SECONDS) == BudgetReading(TODAY, 0)


def test_all_shards_are_read_in_one_call(firestore_host: str, project: str, store: Store) -> None:
    """All shards take one round trip; a line that breaks costs another one."""
    _charged(store, shard=15, micros=100)
    with FirestoreRelay.to(firestore_host) as relay, relay.serve() as host:
        relay.fail_first_tries(lost_answer=True)
        with store_at(host, project) as flapping:
            assert FirestoreBudgets(flapping.client).read(TODAY, SECONDS).load == 100
    assert relay.calls[1:] == ["RunQuery"] * 2


def test_an_answer_that_breaks_off_is_asked_for_again(
    firestore_host: str, project: str, store: Store
) -> None:
    """Where the line breaks between two shards, all of them are read anew."""
    _charged(store, shard=0, micros=100)
    _charged(store, shard=3, micros=20)
    with FirestoreRelay.to(firestore_host) as relay, relay.serve() as host:
        relay.breaks_next_query = True
        with store_at(host, project) as flapping:
            assert FirestoreBudgets(flapping.client).read(TODAY, SECONDS).load == 120
    assert relay.calls == ["RunQuery"] * 2


def test_budget_out_of_reach() -> None:
    """A store that cannot be reached is a time-out that names its phase."""
    with (
        store_at("127.0.0.1:9", new_project()) as unreachable,
        pytest.raises(DeadlineError) as error,
    ):
        FirestoreBudgets(unreachable.client).read(TODAY, timeout=0.3)
    assert error.value.facts == {"phase": "admission", "cause": "network"}
