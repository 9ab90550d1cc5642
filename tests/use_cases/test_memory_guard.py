"""Memory that fills up: caches go first, then new work is refused."""

import json
import threading
import weakref
from collections.abc import Callable

import pytest

from conteur.errors import ShortMemoryError
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.guard_metrics import CACHES_DROPPED, MEMORY_PERCENT, MEMORY_SHED
from conteur.telemetry.metric import Metric
from conteur.use_cases.memory_guard import LOOK_EVERY_SECONDS, RETRY_AFTER_SECONDS, MemoryGuard
from tests.fakes import FakeClock, FakeLoad


class Watched(FakeLoad):
    """A load that counts how often its memory is looked at."""

    looks = 0

    def memory_ratio(self) -> float | None:
        self.looks += 1
        return super().memory_ratio()


class Instance(MemoryGuard):
    """A guard over a memory that the test fills; `drops` counts how often its cache is dropped."""

    def __init__(self) -> None:
        self.load, self.clock, self.meter = Watched(), FakeClock(), Aggregate()
        self.drops = 0
        super().__init__(self.load, [self._count], self.clock, self.meter)

    def fill(self, ratio: float | None) -> None:
        """Have so much memory used, and the next call look at it."""
        self.load.memory = ratio
        self.clock.advance(LOOK_EVERY_SECONDS)

    def says(self) -> ShortMemoryError | None:
        try:
            self.check()
        except ShortMemoryError as error:
            return error
        return None

    def counted(self, metric: Metric) -> object:
        [value] = [one.value for one in self.meter.snapshot().series if one.metric is metric]
        return value

    def _count(self) -> None:
        self.drops += 1


class Circle:
    """What only the garbage collector can free."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture
def instance() -> Instance:
    return Instance()


@pytest.mark.parametrize("ratio", [0.0, 0.69, 0.7, 0.79])
def test_enough(instance: Instance, ratio: float) -> None:
    """Below 80 % every call goes on."""
    instance.fill(ratio)
    assert instance.says() is None
    assert instance.counted(MEMORY_SHED) == 0


def test_too_little(instance: Instance) -> None:
    """From 80 % on each call is refused, told when to come back, and counted."""
    instance.fill(0.8)
    refusals = [instance.says() for _ in range(3)]
    assert [error and error.retry_after_seconds for error in refusals] == [RETRY_AFTER_SECONDS] * 3
    assert instance.counted(MEMORY_SHED) == 3


def test_enough_again(instance: Instance) -> None:
    """What was given back is seen, and calls go on."""
    instance.fill(0.9)
    assert instance.says()
    instance.fill(0.5)
    assert instance.says() is None


def test_no_limit(instance: Instance) -> None:
    """Where no limit can be read, nothing is refused, dropped or shown."""
    instance.fill(None)
    assert instance.says() is None
    assert instance.drops == 0
    assert [one for one in instance.meter.snapshot().series if one.metric is MEMORY_PERCENT] == []


def test_looks(instance: Instance) -> None:
    """However many calls there are, memory is looked at twice a second; the rest is remembered."""
    instance.fill(0.85)
    assert all(instance.says() for _ in range(5))
    instance.load.memory = 0.1
    instance.clock.advance(LOOK_EVERY_SECONDS - 0.1)
    assert instance.says()
    assert instance.load.looks == 2  # before the caches were dropped, and after
    instance.clock.advance(0.1)
    assert instance.says() is None


def test_percent(instance: Instance) -> None:
    """What was seen is shown in percent."""
    instance.fill(0.426)
    instance.check()
    assert instance.counted(MEMORY_PERCENT) == 43


def test_caches(instance: Instance) -> None:
    """From 70 % on the caches are dropped, at most every 30 s, and that is counted."""
    for seconds in (0, 10, 18.5):
        instance.clock.advance(seconds)
        instance.fill(0.75)
        instance.check()
    assert instance.drops == instance.counted(CACHES_DROPPED) == 1
    instance.fill(0.75)
    instance.check()
    assert instance.drops == instance.counted(CACHES_DROPPED) == 2


def test_later_caches(instance: Instance) -> None:
    """A cache that was built later is dropped as well."""
    later: list[str] = ["kept"]
    instance.add_cache(later.clear)
    instance.fill(0.7)
    instance.check()
    assert later == []
    assert instance.drops == 1


def test_what_caches_give_back(instance: Instance, capsys: pytest.CaptureFixture[str]) -> None:
    """Memory that the caches give back spares the call its refusal, and the log tells of it."""
    instance.add_cache(lambda: setattr(instance.load, "memory", 0.55))
    instance.fill(0.85)
    assert instance.says() is None
    line = json.loads(capsys.readouterr().out)
    assert line["event"] == "memory.caches_dropped"
    assert (line["before"], line["after"]) == (85, 55)
    assert instance.counted(MEMORY_PERCENT) == 55


def test_garbage(instance: Instance) -> None:
    """What a cache held is collected at once, also where it refers to itself."""
    held = Circle()
    seen, cache = weakref.ref(held), [held]
    instance.add_cache(cache.clear)
    instance.fill(0.7)
    del held
    instance.check()
    assert seen() is None


def test_others_go_on(instance: Instance) -> None:
    """While one thread drops the caches, others are neither kept waiting nor drop them too."""
    instance.add_cache(lambda: in_another_thread(instance.check))
    instance.fill(0.75)
    instance.check()
    assert instance.drops == 1


def test_others_go_on_after_a_while(instance: Instance) -> None:
    """A drop that takes long is no reason for the next look to begin another one."""

    def slow_drop() -> None:
        instance.clock.advance(LOOK_EVERY_SECONDS)
        in_another_thread(instance.check)

    instance.add_cache(slow_drop)
    instance.fill(0.75)
    instance.check()
    assert (instance.drops, instance.load.looks) == (1, 3)


def in_another_thread(action: Callable[[], None]) -> None:
    """Run `action` to its end; one that waits for this thread fails the test."""
    thread = threading.Thread(target=action, daemon=True)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()


def test_a_refusal_says_how_full_it_is() -> None:
    """The log is told with a refusal how much of the memory is used, in percent."""
    guarded = Instance()
    guarded.fill(0.987)
    refusal = guarded.says()
    assert refusal
    assert refusal.traits == {"used_percent": 99}
