"""A run as JSON: every figure of every trial, what is made of them, and what they depend on."""

from dataclasses import asdict
from typing import Any

from tests.bench.goals import GOALS, Goal
from tests.bench.measures.measure import Metric
from tests.bench.results import Result, Run
from tests.bench.trials import Spread

SCHEMA = 1  # another number for a shape that an older reader would misread


def record(run: Run) -> dict[str, Any]:
    """Return the run as JSON has it."""
    return {
        "schema": SCHEMA,
        "began": run.began.isoformat(timespec="seconds"),
        "quick": run.quick,
        "pairs": run.pairs,
        "machine": dict(run.machine),
        "noisy": run.verdict.noisy,
        "noise": run.verdict.seen,
        "peers": {peer.name: peer.title for peer in run.peers},
        "measures": [_measure(result, run) for result in run.results],
        "goals": [
            _goal(goal, result)
            for result in run.results
            for goal in GOALS
            if goal.measure == result.measure.name
        ],
    }


def _measure(result: Result, run: Run) -> dict[str, Any]:
    measure = result.measure
    return {
        "name": measure.name,
        "title": measure.title,
        "noisy": measure.name in run.verdict.disturbed,
        "looks": [asdict(look) for look in result.looks],
        "metrics": [_metric(metric, result) for metric in measure.metrics],
        "trials": {name: list(map(dict, some)) for name, some in result.trials.samples.items()},
    }


def _metric(metric: Metric, result: Result) -> dict[str, Any]:
    trials, against = result.trials, metric.against.name
    return {
        "name": metric.name,
        "title": metric.title,
        "unit": metric.unit,
        "figures": {name: _spread(trials.spread(name, metric.name)) for name in trials.samples},
        "against": against,
        "ratios": {
            name: _spread(trials.ratio(name, against, metric.name)) for name in trials.samples
        },
    }


def _goal(goal: Goal, result: Result) -> dict[str, Any]:
    value = goal.value(result.trials)
    return {
        "measure": goal.measure,
        "metric": goal.metric,
        "against": goal.against.name if goal.against else None,
        "at_least" if goal.at_least else "at_most": goal.limit,
        "value": _spread(value),
        "reached": None if value is None else goal.is_reached(value),
    }


def _spread(spread: Spread | None) -> dict[str, float] | None:
    return None if spread is None else asdict(spread)
