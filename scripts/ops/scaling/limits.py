"""Which limits a deployment meets as the rate grows, in which order, and what to change."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from conteur.domain.lease import LEASE_SHARDS
from conteur.domain.prices import MICROS
from scripts.ops.scaling import figures
from scripts.ops.scaling.deployment import Deployment
from scripts.ops.scaling.figures import TIERS, Tier
from scripts.ops.scaling.plant import Plant
from scripts.ops.scaling.timeline import MINUTE
from scripts.ops.scaling.workload import SHARD_COMMITS, Workload

MINUTES_A_DAY = 1440
MOST_BUDGET_SHARDS = 500  # that settings takes
HEADROOM = 1.25  # over the average, for a limit that is to hold a rate that comes at random


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit: the stories a minute that it holds, around the clock, and what to change."""

    name: str
    holds: float
    change: str


def limits(deployment: Deployment, workload: Workload) -> list[Limit]:
    """Return all limits, the lowest first."""
    met = (rule(deployment, workload) for rule in _RULES)
    return sorted(met, key=lambda limit: limit.holds)


def broken(all_limits: Iterable[Limit], above: float, up_to: float) -> list[Limit]:
    """Return the limits that are met above one rate, and at another at the latest."""
    return [limit for limit in all_limits if above < limit.holds <= up_to]


def fitted(plant: Plant) -> Deployment:
    """Return the plant's deployment with the settings raised that must be, to serve its rate.

    Where OpenAI's highest tier is too low, the tier is what to ask for. The shards may be more
    than MOST_BUDGET_SHARDS.
    """
    now = plant.deployment
    shards = math.ceil(HEADROOM * plant.a_second / figures.SHARD_STORIES.value)
    micros = HEADROOM * plant.rate * MINUTES_A_DAY * plant.workload.cost_micros
    return replace(
        now,
        max_instances=max(now.max_instances, math.ceil(HEADROOM * plant.instances)),
        budget_shards=max(now.budget_shards, shards),
        budget_micros=max(now.budget_micros, MICROS * math.ceil(micros / MICROS)),
        tier=_fitted_tier(plant),
    )


def _fitted_tier(plant: Plant) -> Tier:
    requests, tokens = HEADROOM * plant.rate, HEADROOM * plant.tokens
    for tier in TIERS[TIERS.index(plant.deployment.tier) :]:
        if requests <= tier.requests and tokens <= tier.tokens:
            return tier
    top = TIERS[-1]
    return Tier(f"over {top.name}", max(requests, top.requests), max(tokens, top.tokens))


def _budget(deployment: Deployment, workload: Workload) -> Limit:
    holds = deployment.budget_micros / workload.cost_micros / MINUTES_A_DAY
    return Limit("the day's budget is spent before midnight", holds, "`BUDGET_USD_PER_DAY`")


def _requests(deployment: Deployment, _: Workload) -> Limit:
    name = f"OpenAI's requests a minute, tier {deployment.tier.name}"
    return Limit(name, deployment.tier.requests, "OpenAI's usage tier")


def _tokens(deployment: Deployment, workload: Workload) -> Limit:
    name = f"OpenAI's tokens a minute, tier {deployment.tier.name}"
    return Limit(name, deployment.tier.tokens / workload.limit_tokens, "OpenAI's usage tier")


def _documents(deployment: Deployment, _: Workload) -> Limit:
    writes = deployment.budget_shards * figures.DOCUMENT_WRITES.value
    name = "one write a second to each shard of the budget (Firebase's figure)"
    return Limit(name, MINUTE * writes / SHARD_COMMITS, "`BUDGET_SHARDS`")


def _shards(deployment: Deployment, _: Workload) -> Limit:
    stories = deployment.budget_shards * figures.SHARD_STORIES.value
    name = "claims wait for each other at the budget's shards (commits of 50 ms)"
    return Limit(name, MINUTE * stories, "`BUDGET_SHARDS`")


def _most_shards(_: Deployment, __: Workload) -> Limit:
    stories = MOST_BUDGET_SHARDS * figures.SHARD_STORIES.value
    name = f"claims wait at {MOST_BUDGET_SHARDS} shards, the most that may be set"
    return Limit(name, MINUTE * stories, "`_SHARDS` (`settings/`)")


def _top_tier(_: Deployment, workload: Workload) -> Limit:
    top = TIERS[-1]
    holds = min(top.requests, top.tokens / workload.limit_tokens)
    return Limit(f"OpenAI's highest tier, {top.name}", holds, "ask OpenAI for more")


def _places(deployment: Deployment, workload: Workload) -> Limit:
    holds = MINUTE * deployment.places / workload.seconds
    return Limit("every thread of every instance is taken", holds, "`MAX_INSTANCES`")


def _cpu(deployment: Deployment, workload: Workload) -> Limit:
    holds = MINUTE * deployment.max_instances / workload.cpu_seconds
    return Limit("the instances' CPUs are busy", holds, "`MAX_INSTANCES`")


def _ramp(_: Deployment, workload: Workload) -> Limit:
    holds = MINUTE * figures.RAMP_START.value / workload.story_writes
    name = "Firestore's 500 operations a second on a new collection, from nothing"
    return Limit(name, holds, "grow by half each five minutes")


def _index(_: Deployment, workload: Workload) -> Limit:
    writes = figures.INDEX_WRITES.value * LEASE_SHARDS
    name = "500 writes a second to each part of the sweep's index"
    return Limit(name, MINUTE * writes / workload.story_writes, "`LEASE_SHARDS` (`lease.py`)")


def _region(deployment: Deployment, workload: Workload) -> Limit:
    places = figures.REGION_VCPUS.value * figures.TARGET.value * deployment.threads
    name = "the region's vCPUs, by default"
    return Limit(name, MINUTE * places / workload.seconds, "Cloud Run's quota, or `THREADS`")


_RULES: tuple[Callable[[Deployment, Workload], Limit], ...] = (
    *(_budget, _requests, _tokens, _top_tier, _documents, _shards, _most_shards),
    *(_places, _cpu, _ramp, _index, _region),
)
