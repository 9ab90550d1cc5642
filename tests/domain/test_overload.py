"""Whether an instance is itself the reason why a call took too long."""

import pytest

from conteur.domain.overload import is_overloaded


@pytest.mark.parametrize(
    ("queued", "cpu_share", "memory_ratio"),
    [(1.0, 0.0, 0.0), (0.0, 0.9, 0.0), (0.0, 0.0, 0.9), (30.0, 1.0, 1.0), (1.0, 0.0, None)],
    ids=["threads", "cpu", "memory", "all", "threads, memory unknown"],
)
def test_overloaded(queued: float, cpu_share: float, memory_ratio: float | None) -> None:
    """A second's wait for a thread, nine tenths of a core or of the memory: each is too much."""
    assert is_overloaded(queued, cpu_share, memory_ratio)


@pytest.mark.parametrize(
    ("queued", "cpu_share", "memory_ratio"),
    [(0.0, 0.0, 0.0), (0.99, 0.89, 0.89), (0.0, 0.0, None)],
    ids=["idle", "just below", "memory unknown"],
)
def test_not_overloaded(queued: float, cpu_share: float, memory_ratio: float | None) -> None:
    """Below that, and where memory is unknown, the reason lies elsewhere."""
    assert not is_overloaded(queued, cpu_share, memory_ratio)
