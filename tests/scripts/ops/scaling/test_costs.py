from dataclasses import replace

import pytest

from scripts.ops.scaling.costs import dollars
from scripts.ops.scaling.deployment import Deployment
from scripts.ops.scaling.plant import Plant
from scripts.ops.scaling.workload import Workload


def bill(deployment: Deployment, story: Workload, rate: float) -> dict[str, float]:
    return dollars(Plant(rate, story, deployment))


def test_the_model_s_share(deployment: Deployment, story: Workload) -> None:
    """The model is paid by the story, at any rate."""
    bills = [bill(deployment, story, rate) for rate in (10, 100_000)]
    assert {each["OpenAI"] for each in bills} == {story.cost_micros / 1000}


def test_instances_that_are_full_are_cheap(deployment: Deployment, story: Workload) -> None:
    """24 stories share the eight seconds of an instance that one alone pays for."""
    narrow = replace(deployment, threads=40)
    alone, shared = (bill(narrow, story, rate)["Cloud Run"] for rate in (0.1, 100_000))
    a_second = 0.000024 + 0.5 * 0.0000025
    assert alone == pytest.approx(1000 * 8 * a_second + 0.0004, rel=0.01)
    assert shared == pytest.approx(1000 * 8 / 24 * a_second + 0.0004, rel=0.01)


def test_writes_are_paid_by_the_document(deployment: Deployment, story: Workload) -> None:
    """A thousand stories write 7,000 documents; what they read besides is a small part."""
    firestore = bill(deployment, story, 1000)["Firestore"]
    assert firestore == pytest.approx(7_000 * 0.18 / 100_000, rel=0.06)


def test_metrics_cost_most_where_instances_fall_idle(
    deployment: Deployment, story: Workload
) -> None:
    """An instance that falls idle after each story sends each story's metrics by themselves."""
    idle, busy = (bill(deployment, story, rate)["Cloud Monitoring"] for rate in (10, 10_000))
    assert idle > 20 * busy


def test_longer_stories_cost_more(deployment: Deployment, story: Workload) -> None:
    """Every part of the bill that a story's length decides grows with it."""
    short, long = (
        bill(deployment, replace(story, seconds=seconds), 1000) for seconds in (8.0, 20.0)
    )
    assert long["Cloud Run"] > short["Cloud Run"]
    assert long["Firestore"] > short["Firestore"]
