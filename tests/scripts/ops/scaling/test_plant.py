from dataclasses import replace

import pytest

from scripts.ops.scaling.deployment import Deployment
from scripts.ops.scaling.plant import Plant
from scripts.ops.scaling.workload import Workload


@pytest.fixture
def plant(deployment: Deployment, story: Workload) -> Plant:
    return Plant(6_000, story, deployment)


def test_littles_law(plant: Plant) -> None:
    """A hundred stories a second that take eight are eight hundred at one moment."""
    assert plant.in_flight == pytest.approx(800)


def test_instances_by_concurrency(plant: Plant) -> None:
    """Instances of 40 threads are filled to 24: 800 stories need 34."""
    narrow = replace(plant, deployment=replace(plant.deployment, threads=40))
    assert narrow.instances == 34
    assert narrow.concurrency == pytest.approx(800 / 34)


def test_instances_by_cpu(plant: Plant) -> None:
    """With threads to spare it is the CPU that is kept at 60 %."""
    wide = replace(plant, deployment=replace(plant.deployment, threads=1000))
    assert wide.cpu_share <= 0.6
    assert wide.cores / (wide.instances - 1) > 0.6
    assert wide.concurrency < wide.cpu_concurrency


def test_one_instance_for_the_least(plant: Plant) -> None:
    """A story an hour needs an instance too, most of whose time is not paid for."""
    least = replace(plant, rate=1 / 60)
    assert least.instances == 1
    assert least.busy_share < 0.01


@pytest.mark.parametrize(
    ("rate", "minutes"), [(10_000, 0), (10_001, 5), (15_000, 5), (22_501, 15), (100_000, 30)]
)
def test_the_500_50_5_rule(plant: Plant, rate: float, minutes: float) -> None:
    """From 500 operations a second on, each five minutes allow half as many again."""
    assert replace(plant, rate=rate).ramp_minutes == minutes


def test_shards_share_the_commits(plant: Plant) -> None:
    """Two commits a story, over sixteen shards."""
    assert plant.shard_writes == pytest.approx(100 * 2 / 16)


def test_every_instance_reads_every_shard(plant: Plant) -> None:
    """Busy instances read the budget each five seconds; the sweep reads its shards each minute."""
    busy = replace(plant, rate=6_000_000)
    assert busy.reads == pytest.approx(busy.instances * 16 / 5, rel=0.05)


def test_metrics_follow_instances_not_stories(plant: Plant) -> None:
    """A busy instance sends once a minute, whatever it tells; an idle one each six seconds."""
    assert plant.monitoring_calls == plant.instances
    assert 1 < replace(plant, rate=10).monitoring_calls < 10


def test_all_grows_with_the_rate(plant: Plant) -> None:
    """Ten times the stories are ten times the writes, tokens and bytes."""
    more = replace(plant, rate=60_000)
    for name in ("writes", "lease_writes", "tokens", "egress_mb", "saving_minutes"):
        assert getattr(more, name) == pytest.approx(10 * getattr(plant, name))
