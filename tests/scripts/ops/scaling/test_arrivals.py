"""The simulation, held against what is known without it."""

from dataclasses import replace

import pytest

from scripts.ops.scaling.arrivals import (
    MOST_A_MINUTE,
    NO_INSTANCE,
    Scenario,
    percentile,
    simulate,
)
from scripts.ops.scaling.deployment import Deployment
from scripts.ops.scaling.workload import Workload
from tests.scripts.ops.scaling.conftest import limited, played


@pytest.mark.parametrize("seconds", [3.0, 8.0, 12.0])
def test_stories_at_one_moment(deployment: Deployment, story: Workload, seconds: float) -> None:
    """With places enough (M/D/inf) they are the rate times the seconds of each."""
    scenario = Scenario(1200, replace(story, seconds=seconds), deployment, 6.0, spread=0.0)
    assert simulate(scenario).in_flight == pytest.approx(20 * seconds, rel=0.04)


def test_all_are_told_where_no_limit_is_met(deployment: Deployment, story: Workload) -> None:
    """Below every limit each story is told, without a delay, at the first attempt."""
    outcome = played(deployment, story, 600)
    assert (outcome.told, outcome.reasons, outcome.attempts) == (1.0, {}, 1.0)
    assert outcome.added(0.95) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("times", [1.25, 2.0, 4.0])
def test_as_many_are_told_as_the_limit_lets_through(
    deployment: Deployment, story: Workload, times: float
) -> None:
    """Over the rate limit, the share told is the limit over the rate."""
    outcome = played(limited(deployment, 400), story, times * 400)
    assert outcome.told == pytest.approx(1 / times, rel=0.04)
    assert set(outcome.reasons) == {"OPENAI_RATE_LIMIT"}


def test_twice_the_limit_tells_twice(deployment: Deployment, story: Workload) -> None:
    """At the same rate, a limit of twice as much tells twice as many."""
    once, twice = (played(limited(deployment, 200 * n), story, 1000).told for n in (1, 2))
    assert twice == pytest.approx(2 * once, rel=0.05)


def test_whoever_is_refused_knows_by_the_deadline(deployment: Deployment, story: Workload) -> None:
    """Nobody waits for a refusal longer than the call's deadline; most know far sooner."""
    outcome = played(limited(deployment, 100), story, 1000)
    assert outcome.refused_after(1.0) < deployment.deadline_seconds
    assert outcome.refused_after(0.95) < 5
    assert 1 < outcome.attempts <= deployment.retry.max_attempts


def test_places_are_a_limit(deployment: Deployment, story: Workload) -> None:
    """At twice what all threads hold, half are told, and Cloud Run refuses the others."""
    few = replace(deployment, max_instances=2, threads=40)
    outcome = played(few, story, 1200)
    assert outcome.told == pytest.approx(0.5, rel=0.05)
    assert set(outcome.reasons) == {NO_INSTANCE}


def test_starts_are_waited_for_at_first_only(deployment: Deployment, story: Workload) -> None:
    """From nothing some wait for instances; once those are there, nobody does."""
    outcome = played(deployment, story, 2000)
    assert 0 < outcome.cold(first=True) < 0.5
    assert outcome.cold(first=False) == 0
    assert 0 < outcome.added(0.95, first=True) < 10.5


def test_a_story_that_takes_too_long(deployment: Deployment, story: Workload) -> None:
    """A model so slow that stories pass the deadline has them cut."""
    slow = replace(story, seconds=deployment.deadline_seconds)
    assert set(played(deployment, slow, 300).reasons) == {"TIMEOUT"}


def test_an_outage_opens_the_circuits(deployment: Deployment, story: Workload) -> None:
    """While the model is down most calls are refused at once, and afterwards stories are told."""
    scenario = Scenario(600, story, deployment, 6.0, outage=(120.0, 180.0))
    outcome = simulate(scenario)
    assert outcome.reasons["CIRCUIT_OPEN"] > 4 * outcome.reasons["OPENAI_ERROR"]
    assert outcome.refused_after(0.5) == 0
    assert all(it.reason == "" for it in outcome.requests if it.arrived > 180 + 35)


def test_a_seed_decides(deployment: Deployment, story: Workload) -> None:
    """The same seed plays the same, to the last digit, and another one does not."""
    one, again, other = (
        [it.ended for it in played(limited(deployment, 100), story, 300, seed=seed).requests]
        for seed in (1, 1, 2)
    )
    assert one == again != other


def test_what_is_thinned_has_the_same_shares(deployment: Deployment, story: Workload) -> None:
    """Ten times a rate, with ten times the instances and limits, is played as the rate itself."""
    small = replace(limited(deployment, 1000), max_instances=8)
    large = replace(limited(deployment, 10_000), max_instances=80)
    few, many = played(small, story, 2_000), played(large, story, 20_000)
    assert many.told == pytest.approx(few.told, rel=0.04)
    assert many.in_flight == pytest.approx(10 * few.in_flight, rel=0.04)
    assert many.instances == pytest.approx(10 * few.instances, rel=0.3)


def test_thinning_keeps_what_an_instance_holds(deployment: Deployment, story: Workload) -> None:
    """A whole number of instances is left, and rate and limits shrink as they do."""
    scenario = Scenario(10 * MOST_A_MINUTE, story, limited(deployment, 700), 6.0)
    thin = scenario.thinned()
    assert thin.rate / scenario.rate == thin.deployment.max_instances / deployment.max_instances
    assert thin.deployment.tier.requests / 700 == thin.rate / scenario.rate
    assert scenario.thinned().thinned() == thin


def test_a_small_scenario_is_not_thinned(deployment: Deployment, story: Workload) -> None:
    """What can be played as it is, is."""
    scenario = Scenario(MOST_A_MINUTE, story, deployment, 6.0)
    assert scenario.thinned() == scenario


def test_percentiles() -> None:
    """Of a hundred values, 95 do not exceed the 95th percentile; of none it is 0."""
    assert percentile([float(number) for number in range(100)], 0.95) == 95
    assert percentile([], 0.5) == 0
