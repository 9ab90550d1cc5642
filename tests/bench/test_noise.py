"""Noise is seen where spins slow down or others use the cores, and not elsewhere."""

from tests.bench.cores import LOAD_CORE, SERVER_CORE
from tests.bench.made_up import BUSY, QUIET
from tests.bench.noise import Look, busy_ticks, judge, look

SLOW = Look({0: [20.0, 20.0, 20.0], 1: [24.0, 24.0, 24.0]}, others=0.0)
STAT = """cpu  800 0 0 0 0 0 0 0 0 0
cpu0 100 20 30 9000 500 1 2 4 50 6
cpu1 200 0 0 9000 0 0 0 0 0 0
cpu10 700 0 0 0 0 0 0 0 0 0
intr 1 2 3
"""


def test_a_quiet_machine() -> None:
    """Spins that always take as long, on cores that nobody else uses, are no noise."""
    assert not judge({"cold": [QUIET] * 8}).noisy


def test_a_core_that_slows_down() -> None:
    """A core that is slower than it was at its best is disturbed, whoever does it."""
    assert judge({"cold": [QUIET, SLOW]}).disturbed == ("cold",)


def test_one_slow_spin() -> None:
    """One spin that is held up is no noise: the machine has its own clock ticks."""
    assert not judge({"cold": [Look({0: [20.0, 20.0, 29.0]}, others=0.0)]}).noisy


def test_others_at_work() -> None:
    """Cores that other processes use are disturbed, however fast the spins are."""
    assert judge({"cold": [BUSY]}).disturbed == ("cold",)


def test_only_what_was_disturbed_is_named() -> None:
    """Noise during one measure says nothing of another one."""
    verdict = judge({"bound": [QUIET] * 8, "cold": [QUIET, BUSY]})
    assert verdict.disturbed == ("cold",)
    assert "1 of 10 looks" in verdict.seen
    assert "other processes used 60%" in verdict.seen


def test_a_few_disturbed_looks() -> None:
    """A quarter of the looks may be disturbed, as the median of the rounds stands that."""
    assert not judge({"cold": [*[QUIET] * 6, BUSY, BUSY]}).noisy
    assert judge({"cold": [*[QUIET] * 5, BUSY, BUSY]}).noisy


def test_slowness_is_seen_across_measures() -> None:
    """A measure that was slow from its first look to its last is held against the others."""
    assert judge({"bound": [QUIET], "cold": [SLOW] * 8}).disturbed == ("cold",)


def test_busy_ticks() -> None:
    """All but idle time and waiting counts, stolen time too, and guests' only once."""
    assert busy_ticks(STAT, [0]) == 100 + 20 + 30 + 1 + 2 + 4
    assert busy_ticks(STAT, [0, 1]) == 157 + 200


def test_a_real_look() -> None:
    """A look has the time of each spin on each core, and a share of their time."""
    seen = look([SERVER_CORE, LOAD_CORE])
    assert set(seen.spins_ms) == {SERVER_CORE, LOAD_CORE}
    assert all(spin > 0 for spins in seen.spins_ms.values() for spin in spins)
    assert 0 <= seen.others <= 1
