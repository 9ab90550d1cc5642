"""The JSON of a run has every figure, and what is made of them."""

import json
from typing import Any

from tests.bench.made_up import BUSY, bound, cold, run
from tests.bench.record import record
from tests.bench.results import Run


def kept(made: Run) -> dict[str, Any]:
    """Return the record as it comes back from a file."""
    back: dict[str, Any] = json.loads(json.dumps(record(made)))
    return back


def test_every_trial_is_kept() -> None:
    """Whoever mistrusts a median finds the figures that it is made of."""
    (measure,) = kept(run(bound([30, 40], [100, 80])))["measures"]
    assert measure["name"] == "bound"
    assert measure["trials"]["conteur"] == [{"bound": 30}, {"bound": 40}]


def test_ratios_are_kept() -> None:
    """Each metric has its peers' figures and ratios, with their spreads."""
    (measure,) = kept(run(bound([30, 40], [100, 80])))["measures"]
    (metric,) = measure["metrics"]
    assert (metric["unit"], metric["against"]) == ("ms", "docs-sample-80")
    assert metric["figures"]["docs-sample-80"]["median"] == 90
    assert metric["ratios"]["conteur"]["least"] == 0.3
    assert metric["ratios"]["conteur"]["most"] == 0.5


def test_goals_are_kept() -> None:
    """Each goal of what was measured has its limit, its value and whether it is reached."""
    goals = kept(run(cold()))["goals"]
    assert [(goal["against"], goal["at_most"], goal["reached"]) for goal in goals] == [
        ("docs-sample-80", 0.72, True),
        ("hello-world", 1.9, False),
    ]
    assert [goal["value"]["median"] for goal in goals] == [0.5, 2.0]


def test_a_goal_that_could_not_be_judged() -> None:
    """A goal whose peer was left out is neither reached nor missed."""
    (goal,) = kept(run(bound([30], [])))["goals"]
    assert (goal["value"], goal["reached"]) == (None, None)


def test_what_it_depends_on_is_kept() -> None:
    """The record says when, where, how often and how quickly it was measured, and its shape."""
    told = kept(run(cold(), quick=True))
    assert (told["schema"], told["pairs"], told["quick"]) == (1, 3, True)
    assert told["began"] == "2026-11-22T08:30:00+00:00"
    assert told["machine"] == {"processor": "an abacus"}
    assert list(told["peers"]) == ["conteur", "docs-sample-80", "hello-world", "genkit"]


def test_noise_is_kept() -> None:
    """The record says whether the machine was too noisy, what was seen, and during what."""
    told = kept(run(bound([30], [100], BUSY), cold()))
    assert told["noisy"] is True
    assert "other processes used 60%" in told["noise"]
    assert [measure["noisy"] for measure in told["measures"]] == [True, False]
    assert told["measures"][0]["looks"][0]["others"] == 0.6
