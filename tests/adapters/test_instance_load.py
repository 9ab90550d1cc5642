"""What the process's clock and files like the kernel's tell of this instance's load."""

import os
from pathlib import Path

import pytest

from conteur.adapters.instance_load import InstanceLoad

CURRENT = {"memory.max": "1000\n", "memory.current": "700\n"}
VERSION_1 = {"memory/memory.limit_in_bytes": "1000\n", "memory/memory.usage_in_bytes": "700\n"}


def _load(folder: Path, files: dict[str, str]) -> InstanceLoad:
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return InstanceLoad(folder)


def _ratio(folder: Path, files: dict[str, str]) -> float | None:
    return _load(folder, files).memory_ratio()


def _cpus(folder: Path, files: dict[str, str]) -> float:
    return _load(folder, files).cpus()


@pytest.mark.parametrize(
    "files",
    [
        {**CURRENT, "memory.stat": "anon 500\ninactive_file 200\n"},
        {**VERSION_1, "memory/memory.stat": "inactive_file 1\ntotal_inactive_file 200\n"},
    ],
    ids=["v2", "v1"],
)
def test_working_set(tmp_path: Path, files: dict[str, str]) -> None:
    """The used memory is what the cgroup holds without file cache that nobody used lately."""
    assert _ratio(tmp_path, files) == 0.5


@pytest.mark.parametrize("stat", [{}, {"memory.stat": "anon 500\n"}, {"memory.stat": "?"}])
def test_without_statistics(tmp_path: Path, stat: dict[str, str]) -> None:
    """Where nobody tells the file cache apart, all that the cgroup holds counts as used."""
    assert _ratio(tmp_path, {**CURRENT, **stat}) == 0.7


def test_more_cache_than_use(tmp_path: Path) -> None:
    """Numbers that were read at different moments make no ratio below 0."""
    assert _ratio(tmp_path, {**CURRENT, "memory.stat": "inactive_file 800\n"}) == 0.0


@pytest.mark.parametrize(
    "files",
    [
        {},
        {**CURRENT, "memory.max": "max\n"},
        {**VERSION_1, "memory/memory.limit_in_bytes": "9223372036854771712\n"},
        {"memory.max": "1000\n"},
        {**CURRENT, "memory.max": "0\n"},
        {**CURRENT, "memory.current": "many\n"},
    ],
    ids=["none", "max", "v1 without one", "half", "zero", "nonsense"],
)
def test_no_limit(tmp_path: Path, files: dict[str, str]) -> None:
    """Without a limit that can be read no ratio is told."""
    assert _ratio(tmp_path, files) is None


def test_cpu(tmp_path: Path) -> None:
    """The CPU time grows with the work that the process does."""
    load = InstanceLoad(tmp_path)
    before = load.cpu_seconds()
    sum(range(1_000_000))
    assert load.cpu_seconds() > before


@pytest.mark.parametrize(
    ("files", "cpus"),
    [
        ({"cpu.max": "50000 100000\n"}, 0.5),
        ({"cpu/cpu.cfs_quota_us": "25000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 0.25),
    ],
    ids=["v2", "v1"],
)
def test_quota_of_cpus(tmp_path: Path, files: dict[str, str], cpus: float) -> None:
    """An instance has the CPUs that its cgroup's quota gives it, also a part of one."""
    assert _cpus(tmp_path, files) == cpus


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"cpu.max": "max 100000\n"},
        {"cpu.max": "much\n"},
        {"cpu.max": "100000 0\n"},
        {"cpu.max": "100000000 100000\n"},
        {"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"},
        {"cpu/cpu.cfs_quota_us": "25000\n"},
    ],
    ids=["none", "max", "nonsense", "no time", "more than there are", "v1 without one", "half"],
)
def test_no_quota_of_cpus(tmp_path: Path, files: dict[str, str]) -> None:
    """Without a quota that binds, an instance has the CPUs that it may run on."""
    assert _cpus(tmp_path, files) == len(os.sched_getaffinity(0))
