from dataclasses import replace

import pytest

from scripts.ops.scaling.arrivals import Outcome, Scenario, simulate
from scripts.ops.scaling.deployment import Deployment, production
from scripts.ops.scaling.figures import Tier
from scripts.ops.scaling.workload import Workload, workload

ENOUGH = Tier("enough", 1e9, 1e12)


@pytest.fixture(scope="session")
def deployment() -> Deployment:
    """Production's settings, and a provider without limits."""
    return replace(production(), tier=ENOUGH)


@pytest.fixture(scope="session")
def story(deployment: Deployment) -> Workload:
    return workload(deployment, 400, 8.0)


def played(
    deployment: Deployment, story: Workload, rate: float, minutes: float = 6.0, seed: int = 1
) -> Outcome:
    return simulate(Scenario(rate, story, deployment, minutes, seed=seed))


def limited(deployment: Deployment, requests: float) -> Deployment:
    return replace(deployment, tier=Tier("t", requests, 1e12))
