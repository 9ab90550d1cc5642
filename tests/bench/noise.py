"""Whether the machine was quiet enough for its figures to be believed.

Between the rounds nothing of the bench works. A look spins on each core for a fixed amount of work:
on a quiet machine that always takes as long, and nobody else uses the cores meanwhile.
"""

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench.cores import on_core
from tests.bench.figures import figures

STAT = Path("/proc/stat")
SPINS = 5
STEPS = 1_500_000  # of the loop: about 20 ms of work

SLOWER = 0.15  # a core whose spins take so much longer than its fastest ones is disturbed
OTHERS = 0.15  # of the cores' time, used by other processes; of 200 ms, /proc/stat tells 10
TOLERATED = 0.25  # of a measure's looks: the median of its rounds stands that many disturbed ones


@dataclass(frozen=True, slots=True)
class Look:
    """What one look saw: each core's spins in ms, and the share of their time others used."""

    spins_ms: Mapping[int, Sequence[float]]
    others: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """The names of the measures that were disturbed, and what was seen, in words."""

    disturbed: tuple[str, ...]
    seen: str

    @property
    def noisy(self) -> bool:
        """Whether any measure was disturbed."""
        return bool(self.disturbed)


def judge(looks: Mapping[str, Sequence[Look]]) -> Verdict:
    """Return the verdict on the looks of each measure, by its name."""
    everything = [look for some in looks.values() for look in some]
    fastest = _fastest(everything)
    disturbed = tuple(
        name
        for name, some in looks.items()
        if sum(_is_noisy(look, fastest) for look in some) > TOLERATED * len(some)
    )
    return Verdict(disturbed, _seen(everything, fastest))


def look(cores: Sequence[int]) -> Look:
    """Spin on each core in turn and see how long that takes, and who else uses them."""
    began, others = time.monotonic(), _others_seconds(cores)
    spins = {core: _spins_on(core) for core in cores}
    used, seconds = _others_seconds(cores) - others, time.monotonic() - began
    return Look(spins, min(1.0, max(0.0, used / (len(set(cores)) * seconds))))


def busy_ticks(stat: str, cores: Sequence[int]) -> int:
    """Return the ticks in which the cores were not idle, from /proc/stat's text; stolen ones too.

    https://www.kernel.org/doc/html/latest/filesystems/proc.html#miscellaneous-kernel-statistics-in-proc-stat
    """
    names = {f"cpu{core}" for core in cores}
    lines = (line.split() for line in stat.splitlines())
    return sum(_busy([int(field) for field in fields]) for name, *fields in lines if name in names)


def _busy(fields: Sequence[int]) -> int:
    user, nice, system, _idle, _waiting, *rest = fields
    return user + nice + system + sum(rest[:3])  # guests are counted in user and nice


def _others_seconds(cores: Sequence[int]) -> float:
    """Return the seconds that the cores were busy, without those for us and our services."""
    busy = busy_ticks(STAT.read_text(), cores) / os.sysconf("SC_CLK_TCK")
    return busy - figures(os.getpid()).cpu_seconds


def _spins_on(core: int) -> list[float]:
    with on_core(core):
        return [_spin() for _ in range(SPINS)]


def _spin() -> float:
    began = time.perf_counter()
    for _ in range(STEPS):
        pass
    return 1000 * (time.perf_counter() - began)


def _fastest(looks: Sequence[Look]) -> Mapping[int, float]:
    cores = {core for look in looks for core in look.spins_ms}
    return {core: min(min(look.spins_ms[core]) for look in looks) for core in sorted(cores)}


def _slowdown(look: Look, fastest: Mapping[int, float]) -> float:
    return max(median(spins) / fastest[core] - 1 for core, spins in look.spins_ms.items())


def _is_noisy(look: Look, fastest: Mapping[int, float]) -> bool:
    return _slowdown(look, fastest) > SLOWER or look.others > OTHERS


def _seen(looks: Sequence[Look], fastest: Mapping[int, float]) -> str:
    noisy = sum(_is_noisy(look, fastest) for look in looks)
    slowdown = max((_slowdown(look, fastest) for look in looks), default=0.0)
    others = max((look.others for look in looks), default=0.0)
    return (
        f"{noisy} of {len(looks)} looks were disturbed; at the worst a core was {slowdown:.0%}"
        f" slower than at its best ({SLOWER:.0%} are allowed), and other processes used"
        f" {others:.0%} of the cores ({OTHERS:.0%})"
    )
