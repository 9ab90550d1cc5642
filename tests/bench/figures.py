"""What a server's processes use, as Linux tells it: proc(5), clock_gettime(2)."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
BYTES_OF_KB = 1024  # what proc(5) calls a kB
CPU_CLOCK = 2  # CPUCLOCK_SCHED of linux/posix-timers.h: nanoseconds, not clock ticks


@dataclass(frozen=True)
class Figures:
    """The sums over a process and all that descend from it; a shared page counts by its share."""

    cpu_seconds: float
    pss_mb: float
    threads: int
    descriptors: int


def figures(pid: int) -> Figures:
    """Return the figures of a process tree. What ended before is not in them.

    Raises OSError where one of its processes is gone.
    """
    tree = list(family(pid))
    return Figures(
        cpu_seconds=sum(map(_cpu_seconds, tree)),
        pss_mb=sum(map(_pss_mb, tree)),
        threads=sum(_entries(each, "task") for each in tree),
        descriptors=sum(_entries(each, "fd") for each in tree),
    )


def family(pid: int) -> Iterator[int]:
    """Yield a process and all that descend from it. Raises OSError where it is gone."""
    yield pid
    for task in (PROC / str(pid) / "task").iterdir():
        for child in _children(task):
            yield from family(int(child))


def _children(task: Path) -> list[str]:
    """Return what a thread has started; nothing if it has just ended: another thread has them."""
    try:
        return (task / "children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _cpu_seconds(pid: int) -> float:
    return time.clock_gettime((~pid << 3) | CPU_CLOCK)


def _pss_mb(pid: int) -> float:
    lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    pss = next(line for line in lines if line.startswith("Pss:"))
    return int(pss.split()[1]) * BYTES_OF_KB / 1e6


def _entries(pid: int, folder: str) -> int:
    return sum(1 for _ in (PROC / str(pid) / folder).iterdir())
