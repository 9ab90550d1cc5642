"""What a run has shown: the results of its measures, on one machine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from tests.bench.measures.measure import Measure
from tests.bench.noise import Look, Verdict, judge
from tests.bench.peers import PEERS, Peer
from tests.bench.trials import Trials


@dataclass(frozen=True, slots=True)
class Result:
    """A measure's trials, and how quiet the machine was between its rounds."""

    measure: Measure
    trials: Trials
    looks: Sequence[Look]


@dataclass(frozen=True)
class Run:
    """All results; `machine` has what they depend on, by its name."""

    results: Sequence[Result]
    machine: Mapping[str, str]
    began: datetime
    pairs: int
    quick: bool = False

    @cached_property
    def verdict(self) -> Verdict:
        """Whether the machine was quiet enough."""
        return judge({result.measure.name: result.looks for result in self.results})

    @property
    def peers(self) -> Sequence[Peer]:
        """All peers that were measured, in the order of their table."""
        names = {name for result in self.results for name in result.trials.samples}
        return [peer for peer in PEERS.values() if peer.name in names]
