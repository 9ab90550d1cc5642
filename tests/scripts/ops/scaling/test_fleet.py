from collections.abc import Callable

import pytest

from conteur.domain.circuit import CircuitRule
from scripts.ops.scaling.fleet import Fleet, FleetRule, Instance
from scripts.ops.scaling.timeline import Timeline


class Requests:
    """Requests that each take `seconds`; it knows when each began, and how many were refused."""

    def __init__(self, rule: FleetRule, seconds: float) -> None:
        self.timeline = Timeline()
        self.fleet = Fleet(rule, CircuitRule(), self.timeline)
        self.seconds = seconds
        self.began: list[float] = []
        self.refused: list[float] = []
        self.busiest = 0

    def come(self, number: int, at: float = 0.0) -> None:
        for _ in range(number):
            self.timeline.at(at, self._enter)

    def _enter(self) -> None:
        self.fleet.enter(self._begin, lambda: self.refused.append(self.timeline.now))

    def _begin(self, instance: Instance) -> None:
        self.began.append(self.timeline.now)
        self.busiest = max(self.busiest, instance.running)
        self.timeline.after(self.seconds, self._leaving(instance))

    def _leaving(self, instance: Instance) -> Callable[[], None]:
        return lambda: self.fleet.leave(instance)


def test_the_first_request_waits_for_a_start() -> None:
    """From nothing, a request begins when its instance has started; a later one at once."""
    requests = Requests(FleetRule(max_instances=1, threads=2, cold_seconds=3.0), seconds=1.0)
    requests.come(1)
    requests.come(1, at=10.0)
    requests.timeline.run()
    assert requests.began == [3.0, 10.0]


def test_an_instance_starts_for_whoever_finds_no_place() -> None:
    """Five requests at once need three instances of two threads, and each serves two at most."""
    requests = Requests(FleetRule(max_instances=9, threads=2, cold_seconds=3.0), seconds=9.0)
    requests.come(5)
    requests.timeline.run()
    assert (requests.began, requests.fleet.most, requests.busiest) == ([3.0] * 5, 3, 2)


def test_no_more_than_the_most_instances() -> None:
    """At the most instances a request waits until another has ended."""
    requests = Requests(FleetRule(max_instances=1, threads=1, cold_seconds=3.0), seconds=2.0)
    requests.come(3)
    requests.timeline.run()
    assert requests.began == [3.0, 5.0, 7.0]


@pytest.mark.parametrize(("cold", "patience"), [(1.0, 10.0), (4.0, 14.0)])
def test_a_request_is_refused_after_a_while(cold: float, patience: float) -> None:
    """It waits for three and a half starts, and for ten seconds at least."""
    requests = Requests(FleetRule(max_instances=1, threads=1, cold_seconds=cold), seconds=60.0)
    requests.come(2)
    requests.timeline.run()
    assert (requests.began, requests.refused) == ([cold], [patience])


def test_it_grows_before_it_is_full() -> None:
    """Seven of ten threads taken for a minute are over 60 %: a second instance starts."""
    requests = Requests(FleetRule(max_instances=9, threads=10, cold_seconds=3.0), seconds=120.0)
    requests.come(7)
    requests.fleet.scale_until(120.0)
    requests.timeline.run()
    assert requests.fleet.most == 2


def test_an_idle_instance_is_given_up() -> None:
    """After fifteen minutes without a request nothing is left, and the next one is cold again."""
    requests = Requests(FleetRule(max_instances=9, threads=10, cold_seconds=3.0), seconds=1.0)
    requests.come(1)
    requests.fleet.scale_until(1000.0)
    requests.come(1, at=800.0)
    requests.come(1, at=2000.0)
    requests.fleet.timeline.at(1500.0, lambda: requests.fleet.scale_until(1999.0))
    requests.timeline.run()
    assert requests.began == [3.0, 800.0, 2003.0]
