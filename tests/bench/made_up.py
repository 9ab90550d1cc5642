"""Runs that were never measured, for the tests of what is made of a run."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from tests.bench.measures.bound import BOUND
from tests.bench.measures.cold import COLD
from tests.bench.measures.measure import Measure
from tests.bench.measures.streams import STREAMS
from tests.bench.noise import Look
from tests.bench.results import Result, Run
from tests.bench.trials import Sample, Trials

QUIET = Look({0: [20.0, 20.0], 1: [20.0, 20.0]}, others=0.01)
BUSY = Look({0: [20.0, 20.0], 1: [20.0, 20.0]}, others=0.60)


def result(
    measure: Measure, samples: Mapping[str, Sequence[Sample]], looks: Sequence[Look] = (QUIET,)
) -> Result:
    return Result(measure, Trials(samples), looks)


def run(*results: Result, quick: bool = False) -> Run:
    began = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
    return Run(results, {"processor": "an abacus"}, began, pairs=3, quick=quick)


def bound(ours: Sequence[float], theirs: Sequence[float], *looks: Look) -> Result:
    """Return the ports bound by conteur and by the docs sample, in ms."""
    samples = {
        name: [{"bound": figure} for figure in figures]
        for name, figures in (("conteur", ours), ("docs-sample-80", theirs))
    }
    return result(BOUND, samples, looks or (QUIET,))


def cold() -> Result:
    """Return a first story that is 0.5 of the docs sample's, and 2 of the floor's."""
    figures = {"conteur": 400.0, "docs-sample-80": 800.0, "hello-world": 200.0, "genkit": 2400.0}
    return result(COLD, {name: [{"story": figure}] for name, figure in figures.items()})


def streams() -> Result:
    """Return a throughput that is 10 times that of the docs sample's default threads."""
    rates = {"conteur": 70.0, "docs-sample-80": 70.0, "docs-sample": 7.0}
    return result(STREAMS, {name: [{"stories": rate}] for name, rate in rates.items()})
