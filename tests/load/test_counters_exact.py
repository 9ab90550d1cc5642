"""Three instances answer 20,000 calls, and Cloud Monitoring counts them, failing half the time.

One of the instances is ended amid the calls. An instance's last points are refused at first.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.crashes.world import database
from tests.issuer import Issuer
from tests.load.callers import Labels
from tests.load.counted_fleet import CountedFleet, FailingMonitoring, Seen, counted_fleet

pytestmark = pytest.mark.server

CALLS = 20_000
INSTANCES = 3


@dataclass(frozen=True)
class Outcome:
    """What the callers saw, and the fleet after its end."""

    seen: Seen
    fleet: CountedFleet
    monitoring: FailingMonitoring


@pytest.fixture(scope="module")
def outcome(
    tmp_path_factory: pytest.TempPathFactory, issuer: Issuer, firestore_host: str
) -> Iterator[Outcome]:
    folder, monitoring = tmp_path_factory.mktemp("counters"), FailingMonitoring()
    with (
        database(firestore_host) as data,
        counted_fleet(folder, issuer, data, monitoring, INSTANCES) as fleet,
    ):

        def end_the_first() -> None:
            monitoring.refuse_next()
            fleet.instances[0].process.ask_to_stop()

        seen = fleet.answer(CALLS, end_the_first)
        monitoring.refuse_next()
        fleet.end()
        yield Outcome(seen, fleet, monitoring)


def test_every_call_is_counted_once(outcome: Outcome) -> None:
    """By function, outcome, reason and kind, the counters say what the callers saw."""
    assert sum(outcome.seen.endings.values()) == CALLS
    assert outcome.fleet.executions() == outcome.seen.endings
    assert outcome.fleet.counted() == outcome.seen.answered


def test_every_time_is_counted_once(outcome: Outcome) -> None:
    """By function and outcome, there are as many execution times as calls."""
    calls: Counter[Labels] = Counter()
    for (function, result, *_), count in outcome.seen.endings.items():
        calls[function, result] += count
    assert outcome.fleet.times() == calls


def test_calls_end_in_different_ways(outcome: Outcome) -> None:
    """Stories are told and rated among the calls, and calls are refused for several reasons."""
    endings = {(function, reason) for function, _, reason, _ in outcome.seen.endings}
    assert endings >= {
        *(("generate_story", reason) for reason in ("NONE", "NO_TOKEN", "INVALID_FIELD")),
        *(("rate_story", reason) for reason in ("NONE", "STORY_NOT_FOUND")),
    }


def test_one_instance_ends_amid_the_calls(outcome: Outcome) -> None:
    """All three take part, and the other two answer the calls after the end of the first."""
    first, *others = (outcome.seen.answered[one.url] for one in outcome.fleet.instances)
    assert 0 < first < CALLS / INSTANCES
    assert first + sum(others) == CALLS
    assert [one.process.exit_code() for one in outcome.fleet.instances] == [0] * INSTANCES


def test_no_point_is_rejected(outcome: Outcome) -> None:
    """Whatever became of the points before, the next ones keep every rule."""
    assert outcome.monitoring.rejections == []


def test_monitoring_fails_half_of_the_time(outcome: Outcome) -> None:
    """Of each instance's attempts to send its points, at least half fail."""
    monitoring = outcome.monitoring
    assert len(monitoring.sent) == INSTANCES
    assert all(2 * monitoring.failed[one] >= sent for one, sent in monitoring.sent.items())
