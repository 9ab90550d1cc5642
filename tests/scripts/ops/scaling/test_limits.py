from dataclasses import replace

import pytest

from scripts.ops.scaling.deployment import Deployment, production
from scripts.ops.scaling.figures import TIERS, Tier
from scripts.ops.scaling.limits import Limit, broken, fitted, limits
from scripts.ops.scaling.plant import Plant
from scripts.ops.scaling.workload import Workload

NO_SETTING = ("OpenAI's highest", "claims wait at 500", "one write", "Firestore's 500")


def held(deployment: Deployment, story: Workload, name: str) -> float:
    (limit,) = [one for one in limits(deployment, story) if name in one.name]
    return limit.holds


def met_by_settings(story: Workload, rate: float) -> list[Limit]:
    deployment = fitted(Plant(rate, story, production()))
    met = broken(limits(deployment, story), 0, rate)
    return [limit for limit in met if not limit.name.startswith(NO_SETTING)]


def test_the_lowest_comes_first(deployment: Deployment, story: Workload) -> None:
    """Limits stand in the order in which a growing rate meets them."""
    rates = [limit.holds for limit in limits(deployment, story)]
    assert rates == sorted(rates)


def test_places(deployment: Deployment, story: Workload) -> None:
    """1,600 places that each hold a story for eight seconds tell 12,000 a minute."""
    assert held(deployment, story, "every thread") == pytest.approx(12_000)
    twice = replace(deployment, threads=160)
    assert held(twice, story, "every thread") == pytest.approx(24_000)


def test_the_budget(deployment: Deployment, story: Workload) -> None:
    """A dollar a minute around the clock tells what a dollar buys."""
    rich = replace(deployment, budget_micros=1_440_000_000)
    assert held(rich, story, "budget is spent") == pytest.approx(1_000_000 / story.cost_micros)


def test_shards(deployment: Deployment, story: Workload) -> None:
    """Sixteen shards hold 32 stories a second, and eight by Firebase's figure: docs/limits.md."""
    assert held(deployment, story, "claims wait for each other") == 60 * 32
    assert held(deployment, story, "one write a second") == 60 * 8


def test_the_lower_of_requests_and_tokens(deployment: Deployment, story: Workload) -> None:
    """A tier's requests and its tokens are limits of their own."""
    tier = Tier("t", 700, 600 * story.limit_tokens)
    limited = replace(deployment, tier=tier)
    assert held(limited, story, "requests a minute, tier t") == 700
    assert held(limited, story, "tokens a minute, tier t") == pytest.approx(600)


def test_broken_between_two_rates() -> None:
    """A limit breaks once: above the last rate, and up to this one."""
    some = [Limit(str(holds), holds, "") for holds in (10, 11, 100, 101)]
    assert [limit.holds for limit in broken(some, 10, 100)] == [11, 100]


@pytest.mark.parametrize("rate", [1, 10, 100, 1_000, 10_000, 30_000, 100_000])
def test_what_is_fitted_serves(story: Workload, rate: float) -> None:
    """With the settings raised, no limit is met that a setting of ours can raise."""
    assert met_by_settings(story, rate) == []


def test_shards_are_what_a_rate_needs(story: Workload) -> None:
    """At 100,000 a minute more shards are told than may be set."""
    assert fitted(Plant(100_000, story, production())).budget_shards == 1_042


def test_what_is_enough_stays(story: Workload) -> None:
    """At a low rate nothing is lowered, and only the budget is raised."""
    now = production()
    assert replace(fitted(Plant(100, story, now)), budget_micros=now.budget_micros) == now


def test_a_tier_to_ask_for(story: Workload) -> None:
    """Above the highest tier, what is needed is told."""
    tier = fitted(Plant(100_000, story, production())).tier
    assert tier not in TIERS
    assert tier.requests > 100_000
