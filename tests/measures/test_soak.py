"""The soak: how the apps call, what it holds against the product, and that it notices growth."""

import asyncio
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.issuer import Issuer
from tests.measures import soak
from tests.measures.apps import APPS, BROKEN, TOLD
from tests.measures.soaked import Held, Lap, Load, Soaked, report

LOAD = Load(streams=4, laps=2, seconds=1.0, warm_up=1)
EXACT = "Every call ended as it had to, and is counted so, once."
HELD = Held(allocated_mb=100.0, pss_mb=140.0, threads=90, descriptors=80)


def soaked_to(*held: Held) -> Soaked:
    """Return a soak after whose warm-up of one lap the server held this."""
    laps = [Lap(1, 1.0, each) for each in (HELD, *held)]
    return Soaked(Load(streams=1, laps=len(laps), seconds=1.0, warm_up=1), laps)


@pytest.mark.server
def test_a_soak_finds_everything_counted(
    tmp_path: Path, issuer: Issuer, firestore_host: str
) -> None:
    """Every call ends as its app expects, and metrics, documents and counters say so."""
    soaked = asyncio.run(soak.measure(firestore_host, issuer, tmp_path, LOAD, tokens=20))
    assert soaked.wrong == {}
    assert soaked.faults == []
    assert soaked.calls.keys() == set(APPS)
    assert soaked.calls.total() >= soak.ALL_THREADS + LOAD.streams
    assert [lap.at_rest.threads > soak.ALL_THREADS for lap in soaked.laps] == [True, True]


def test_memory_may_grow_by_less_than_a_twentieth() -> None:
    """Five of a hundred are too much."""
    assert list(soaked_to(HELD, replace(HELD, allocated_mb=104.9)).problems()) == []
    [problem] = soaked_to(HELD, replace(HELD, allocated_mb=105.0)).problems()
    assert problem == "memory grew from 100.0 to 105.0 MB"


@pytest.mark.parametrize("name", ["threads", "descriptors"])
def test_threads_and_descriptors_may_not_grow(name: str) -> None:
    """One more is too much."""
    [problem] = soaked_to(HELD, replace(HELD, **{name: 91})).problems()
    assert problem.startswith(f"{name} grew")


def test_what_the_warm_up_held_is_no_growth() -> None:
    """Its laps are left out."""
    high = replace(HELD, allocated_mb=200.0, threads=200, descriptors=200)
    assert list(soaked_to(high, high).problems()) == []


def test_a_call_that_ended_otherwise_is_a_problem() -> None:
    """It is told how often an app's calls ended how."""
    soaked = soaked_to(HELD, HELD)
    assert EXACT in report(soaked)
    soaked.wrong["streams", BROKEN] += 2
    assert EXACT not in report(soaked)
    assert "2 calls of the app that 'streams'" in "\n".join(report(soaked))


def test_what_is_expected_follows_from_the_calls() -> None:
    """Each app's calls end in one way, and ask the model so many times."""
    soaked = Soaked(LOAD, calls=Counter(dict.fromkeys(APPS, 2)))
    assert soaked.endings()[TOLD] == 8
    assert soaked.asked == 2 * (1 + 1 + 1 + 2 + 3 + 3 + 3)


def test_a_hundred_calls_are_shared_out() -> None:
    """The shares are of a hundred."""
    assert sum(app.share for app in APPS) == 100
