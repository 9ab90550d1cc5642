"""What the process's clock and files like the kernel's tell of this instance's load."""

from pathlib import Path

import pytest

from conteur.adapters.instance_load import InstanceLoad

CURRENT = {"memory.max": "1000\n", "memory.current": "700\n"}
VERSION_1 = {"memory/memory.limit_in_bytes": "1000\n", "memory/memory.usage_in_bytes": "700\n"}


def _ratio(folder: Path, files: dict[str, str]) -> float | None:
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return InstanceLoad(folder).memory_ratio()


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
