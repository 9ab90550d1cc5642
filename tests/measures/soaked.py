"""What came of a soak: what the server held after each lap, and which promises were broken."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from statistics import median

from tests.measures.apps import App, Ending
from tests.measures.running import machine

MOST_GROWTH = 1.05  # of the memory


@dataclass(frozen=True)
class Held:
    """What a server held: memory that it asked for, the whole PSS, threads, and descriptors."""

    allocated_mb: float
    pss_mb: float
    threads: int
    descriptors: int


@dataclass(frozen=True)
class Load:
    """So many streams at once, `laps` times for `seconds`; the first laps warm up.

    In the first one all the server's threads are kept busy, so that none is started later.
    """

    streams: int
    laps: int
    seconds: float
    warm_up: int


@dataclass(frozen=True)
class Lap:
    """One lap: the calls that ended in it, and what the server held at rest after it."""

    calls: int
    cpu_ms_a_call: float
    at_rest: Held


@dataclass
class Soaked:
    """What came of a soak. `calls` counts the apps' calls, `wrong` those that ended otherwise."""

    load: Load
    laps: list[Lap] = field(default_factory=list)
    calls: Counter[App] = field(default_factory=Counter)
    wrong: Counter[tuple[str, Ending]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def asked(self) -> int:
        """How often the model was to be asked."""
        return sum(app.asks * count for app, count in self.calls.items())

    def endings(self) -> Counter[Ending]:
        """Return how many calls were to end in each way."""
        endings: Counter[Ending] = Counter()
        for app, count in self.calls.items():
            endings[app.ending] += count
        return endings

    def thirds(self, name: str) -> tuple[list[float], list[float]]:
        """Return a figure in the first and in the last third of the laps after the warm-up."""
        held = [getattr(lap.at_rest, name) for lap in self.laps[self.load.warm_up :]]
        third = max(1, len(held) // 3)
        return held[:third], held[-third:]

    def problems(self) -> Iterator[str]:
        """Yield each promise that was not kept."""
        first, last = (median(third) for third in self.thirds("allocated_mb"))
        if last >= first * MOST_GROWTH:
            yield f"memory grew from {first:.1f} to {last:.1f} MB"
        for name in ("threads", "descriptors"):
            before, after = self.thirds(name)
            if median(after) > max(before):
                yield f"{name} grew from {before} to {after}"
        for (name, ending), count in self.wrong.items():
            yield f"{count} calls of the app that {name!r} ended as {ending}"
        yield from self.faults


def line(number: int, lap: Lap) -> str:
    """Return what is printed of a lap."""
    held = lap.at_rest
    return (
        f"{number + 1:>3}: {lap.calls} calls, {lap.cpu_ms_a_call:.1f} ms of CPU each; at rest"
        f" {held.allocated_mb:.1f} MB (PSS {held.pss_mb:.1f}), {held.threads} threads,"
        f" {held.descriptors} descriptors"
    )


def report(soaked: Soaked) -> Iterator[str]:
    """Yield the lines of the result."""
    for app, count in soaked.calls.items():
        yield f"{count:>7} {app.name}: {' '.join(app.ending)}"
    yield "after the warm-up, medians of the first third and of the last:"
    for name in Held.__annotations__:
        first, last = (median(third) for third in soaked.thirds(name))
        yield f"{first:>7.1f} {last:>7.1f} {name}"
    problems = list(soaked.problems())
    yield from problems or ["Every call ended as it had to, and is counted so, once."]


def record(soaked: Soaked) -> dict[str, object]:
    """Return what is kept of a soak."""
    return {
        "machine": machine(),
        "load": asdict(soaked.load),
        "laps": [asdict(lap) for lap in soaked.laps],
        "calls": {app.name: count for app, count in soaked.calls.items()},
        "problems": list(soaked.problems()),
    }
