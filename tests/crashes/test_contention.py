"""How far stories of different users wait for each other at the budget's counters."""

import itertools
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from conteur.domain.budget import BudgetRule
from conteur.domain.charge import Charge
from tests.adapters.stored import CHARGE, SECONDS, new_story
from tests.crashes.contention import Load, p95_wait, shards_needed
from tests.crashes.world import Database
from tests.stories import FINISHED

# A commit of three documents within one region, of which Firestore holds each for the whole.
COMMIT_SECONDS = 0.025
STORIES_A_SHARD = 4  # a second: the rule of BUDGET_SHARDS in functions/.env
USERS = 100
STORIES_OF_EACH = 3


@pytest.mark.parametrize("a_second", [64, 200, 1000])
def test_the_rule_of_shards(a_second: int) -> None:
    """With a shard for each 4 stories a second, few commits wait longer than one commit takes."""
    load = Load(a_second, a_second // STORIES_A_SHARD, COMMIT_SECONDS)
    assert p95_wait(load) < COMMIT_SECONDS


def test_the_rule_is_not_wasteful() -> None:
    """Half as many shards would not do."""
    needed = shards_needed(200, COMMIT_SECONDS, wait_seconds=COMMIT_SECONDS)
    assert 200 / STORIES_A_SHARD / 2 < needed <= 200 / STORIES_A_SHARD


def test_a_thousand_stories_a_second() -> None:
    """As many shards as may be set serve 1,000 stories a second, if commits take twice as long."""
    assert p95_wait(Load(1000, 500, 2 * COMMIT_SECONDS)) < 2 * COMMIT_SECONDS


def test_too_few_shards() -> None:
    """The usual number of shards is for small loads: at 1,000 a second the queue only grows."""
    assert p95_wait(Load(1000, BudgetRule().shards, COMMIT_SECONDS)) > 1


@pytest.mark.server
@pytest.mark.parametrize("shards", [1, 64])
def test_stories_of_many_users_at_once(data: Database, shards: int) -> None:
    """Nobody is turned away because others tell stories, and each one counts, in any shard."""
    data.wipe()
    with ThreadPoolExecutor(USERS) as users:
        list(users.map(_tell, itertools.repeat(data, USERS), range(USERS), [shards] * USERS))
    ledger = data.ledger()
    assert ledger.faults() == []
    assert ledger.total("stories") == USERS * STORIES_OF_EACH
    assert len(ledger.shards) == shards
    assert ledger.total("settledMicros") == USERS * STORIES_OF_EACH * FINISHED.cost_micros


def _tell(data: Database, user: int, shards: int) -> None:
    stories = data.store.stories
    for number in range(STORIES_OF_EACH):
        charge = Charge(CHARGE.day, (user * STORIES_OF_EACH + number) % shards, CHARGE.micros)
        claimed = stories.claim(replace(new_story(str(uuid.uuid4())), uid=f"user-{user}", charge=charge), SECONDS)
        assert claimed
        stories.complete(claimed.lease, FINISHED, SECONDS)
