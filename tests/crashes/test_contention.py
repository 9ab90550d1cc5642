"""How far stories of different users wait for each other at the budget's counters."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest

from conteur.domain.budget import BudgetRule
from conteur.domain.charge import Charge
from conteur.errors import DeadlineError
from tests.adapters.stored import CHARGE, SECONDS, new_story
from tests.crashes.contention import Load, p95_wait, shards_needed
from tests.crashes.world import ROOT, Database
from tests.stories import FINISHED

# A commit of three documents within one region, of which Firestore holds each for the whole.
COMMIT_SECONDS = 0.05
STORIES_A_SHARD = 2  # a second
MOST_SHARDS = 500  # that may be set
RULES = {
    "functions/.env": f"one for each {STORIES_A_SHARD} stories a second",
    "docs/limits.md": f"one shard for each {STORIES_A_SHARD} stories a second",
}
USERS = 100
STORIES_OF_EACH = 3


@pytest.mark.parametrize("page", RULES)
def test_the_rule_is_written(page: str) -> None:
    """Whoever sets BUDGET_SHARDS reads the rule that is held here."""
    assert RULES[page] in (ROOT / page).read_text()


@pytest.mark.parametrize("a_second", [64, 200])
def test_the_rule_of_shards(a_second: int) -> None:
    """With a shard for each 2 stories a second, few commits wait longer than one commit takes."""
    load = Load(a_second, a_second // STORIES_A_SHARD, COMMIT_SECONDS)
    assert p95_wait(load) < COMMIT_SECONDS


def test_the_rule_is_not_wasteful() -> None:
    """Half as many shards would not do."""
    needed = shards_needed(200, COMMIT_SECONDS, wait_seconds=COMMIT_SECONDS)
    assert 200 / STORIES_A_SHARD / 2 < needed <= 200 / STORIES_A_SHARD


def test_a_thousand_stories_a_second() -> None:
    """As many shards as may be set serve 1,000 stories a second."""
    assert p95_wait(Load(1000, MOST_SHARDS, COMMIT_SECONDS)) < COMMIT_SECONDS


def test_too_few_shards() -> None:
    """The usual number of shards is for small loads: at 1,000 a second the queue only grows."""
    assert p95_wait(Load(1000, BudgetRule().shards, COMMIT_SECONDS)) > 1


@pytest.mark.server
def test_stories_of_many_users_at_once(data: Database) -> None:
    """Nobody is turned away because others tell stories too, where there are shards enough."""
    assert _told_at_once(data, shards=64) == USERS * STORIES_OF_EACH
    ledger = data.ledger()
    assert ledger.faults() == []
    assert ledger.total("settledMicros") == USERS * STORIES_OF_EACH * FINISHED.cost_micros


@pytest.mark.server
def test_stories_of_many_users_at_one_counter(data: Database) -> None:
    """Whoever is turned away at a single shard is swept up, and nothing is miscounted."""
    told = _told_at_once(data, shards=1)
    data.sweep()
    ledger = data.ledger()
    assert ledger.faults() == []
    assert ledger.total("stories") >= told


def _told_at_once(data: Database, shards: int) -> int:
    """Have many users tell stories at once, and return how many were told in time."""
    data.wipe()
    with ThreadPoolExecutor(USERS) as users:
        return sum(users.map(lambda user: _tell(data, user, shards), range(USERS)))


def _tell(data: Database, user: int, shards: int) -> int:
    stories, told = data.store.stories, 0
    for number in range(STORIES_OF_EACH):
        charge = Charge(CHARGE.day, (user * STORIES_OF_EACH + number) % shards, CHARGE.micros)
        with suppress(DeadlineError):
            claimed = stories.claim(
                replace(new_story(), uid=f"user-{user}", charge=charge), SECONDS
            )
            assert claimed
            stories.complete(claimed.lease, FINISHED, SECONDS)
            told += 1
    return told
