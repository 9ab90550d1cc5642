"""Memory that is limited and told of as Cloud Run does: by a control group's files.

Where this machine lets us make a control group, the kernel counts and limits. Where it does not,
a thread writes the same files after what /proc tells of the same processes' real memory.
"""

import os
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from conteur.adapters.instance_load import CGROUPS, InstanceLoad

MEASURED_EVERY_SECONDS = 0.05
GONE_SECONDS = 10.0  # until the kernel has taken its leave of processes that have ended
KIBIBYTE = 1024


@dataclass(frozen=True)
class MemoryGroup:
    """A limit in bytes, and where the group's files are, as InstanceLoad takes them.

    Who writes their process id into `members` belongs to it, with all processes that they start.
    """

    limit: int
    files: Path
    members: Path

    def ratio(self) -> float:
        """Return the used share."""
        ratio = InstanceLoad(self.files).memory_ratio()
        assert ratio is not None
        return ratio


@contextmanager
def kernel_group(folder: Path, limit: int) -> Iterator[MemoryGroup]:
    """Have the kernel limit the group. Raises OSError where it does not let us."""
    files = folder / "cgroup"
    version_1 = CGROUPS / "memory"
    if (version_1 / "memory.limit_in_bytes").exists():
        root, limits, link = version_1, "memory.limit_in_bytes", files / "memory"
        files.mkdir()
    else:
        root, limits, link = CGROUPS, "memory.max", files
    group = root / f"conteur-{uuid.uuid4()}"
    group.mkdir()
    try:
        (group / limits).write_text(str(limit))
        link.symlink_to(group)
        yield MemoryGroup(limit, files, group / "cgroup.procs")
    finally:
        _remove(group)


def can_make_kernel_groups(folder: Path) -> bool:
    """Tell whether this machine lets us."""
    try:
        with kernel_group(folder, limit=2**30) as group:
            return group.ratio() >= 0
    except (OSError, AssertionError):
        return False


@contextmanager
def measured_group(folder: Path, limit: int) -> Iterator[MemoryGroup]:
    """Have the group's files say what its processes use; nothing but a refusal keeps to `limit`."""
    files = folder / "cgroup"
    files.mkdir()
    group = MemoryGroup(limit, files, files / "cgroup.procs")
    (files / "memory.max").write_text(str(limit))
    group.members.touch()
    ended = threading.Event()
    measuring = threading.Thread(target=_measure, args=(group, ended), name="memory")
    measuring.start()
    try:
        yield group
    finally:
        ended.set()
        measuring.join()


def _measure(group: MemoryGroup, ended: threading.Event) -> None:
    while True:
        used = sum(_memory(pid) for pid in _family(group.members.read_text().split()))
        beside = group.files / "memory.next"
        beside.write_text(str(used))
        beside.replace(group.files / "memory.current")  # nobody reads half a number
        if ended.wait(MEASURED_EVERY_SECONDS):
            return


def _family(pids: list[str]) -> Iterator[str]:
    for pid in pids:
        yield pid
        try:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        except OSError:  # it has ended
            continue
        yield from _family(children)


def _memory(pid: str) -> int:
    """Return the process's share of real memory in bytes; 0 once it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    [kibibytes] = [line.split()[1] for line in lines if line.startswith("Pss:")]
    return int(kibibytes) * KIBIBYTE


def _remove(group: Path) -> None:
    end = time.monotonic() + GONE_SECONDS
    while True:
        try:
            group.rmdir()
        except OSError:
            if time.monotonic() > end:
                raise
            os.sched_yield()
        else:
            return
