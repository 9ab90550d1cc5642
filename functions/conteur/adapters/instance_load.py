"""How hard this instance works, as the process's clock and the container's cgroup tell."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")
NO_LIMIT = 2**62  # version 1 has no word for it, but a number close to 2^63


@dataclass(frozen=True, slots=True)
class _Files:
    """Where a version of cgroups tells of memory, in bytes; `idle` is a line of memory.stat."""

    folder: str
    limit: str
    used: str
    idle: str


# https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files
# https://docs.kernel.org/admin-guide/cgroup-v1/memory.html
_VERSIONS = (
    _Files(".", "memory.max", "memory.current", "inactive_file"),
    _Files("memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
)

# Microseconds of CPU, and in how many of time: of version 2 in one file.
_CPU_QUOTAS = (("cpu.max",), ("cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us"))


class InstanceLoad:
    """Implements ports.Load and Machine; `cgroups` is where the container's cgroup is mounted."""

    def __init__(self, cgroups: Path = CGROUPS) -> None:
        self._cgroups = cgroups

    def cpu_seconds(self) -> float:
        """Return the CPU time of all the process's threads."""
        return time.process_time()

    def cpus(self) -> float:
        """Return how many CPUs the process may use: its quota, and no more than it is let run on.

        https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files
        https://docs.kernel.org/scheduler/sched-bwc.html
        """
        there = len(os.sched_getaffinity(0))
        return min(self._cpu_quota() or there, there)

    def memory_ratio(self) -> float | None:
        """Return the working set's share of the limit; None where no limit can be read."""
        for files in _VERSIONS:
            folder = self._cgroups / files.folder
            try:
                limit = int((folder / files.limit).read_text())
                used = int((folder / files.used).read_text())
            except (OSError, ValueError):  # not mounted, or `max`
                continue
            if 0 < limit < NO_LIMIT:
                return max(0, used - _idle_bytes(folder, files.idle)) / limit
        return None

    def _cpu_quota(self) -> float | None:
        """Return the CPUs of the cgroup's quota; None where there is none, or none to be read."""
        for names in _CPU_QUOTAS:
            try:
                text = " ".join((self._cgroups / name).read_text() for name in names)
                quota, period = (int(number) for number in text.split())
            except (OSError, ValueError):  # not mounted, or `max`
                continue
            if quota > 0 and period > 0:  # version 1 has -1 for no quota
                return quota / period
        return None


def _idle_bytes(folder: Path, counter: str) -> int:
    """Return the bytes of file cache that nobody used lately; 0 where gVisor counts none.

    Kubernetes and cAdvisor leave them out of the working set: the kernel takes them back first.
    """
    try:
        lines = (folder / "memory.stat").read_text().splitlines()
        return int(dict(line.split() for line in lines)[counter])
    except (OSError, ValueError, KeyError):
        return 0
