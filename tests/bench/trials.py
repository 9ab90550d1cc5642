"""Trials in alternating order, and what their medians, ratios and spreads are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

Sample = Mapping[str, float]
"""What one trial of one peer has shown: a figure for each metric, by its name."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How figures spread: the median, the quartiles around it, and the least and the most."""

    median: float
    low: float
    high: float
    least: float
    most: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> "Spread":
        """Return the spread of one figure or more."""
        low, high = figures[0], figures[0]
        if len(figures) > 1:
            low, _, high = quantiles(figures, n=4, method="inclusive")
        return cls(median(figures), low, high, min(figures), max(figures))


@dataclass(frozen=True, slots=True)
class Trials:
    """The samples of each peer by its name, in the order of the rounds that they belong to."""

    samples: Mapping[str, Sequence[Sample]]

    def spread(self, peer: str, metric: str) -> Spread | None:
        """Return the spread of a peer's figures, None where there are none."""
        figures = self._figures(peer, metric)
        return Spread.of(figures) if figures else None

    def ratio(self, peer: str, reference: str, metric: str) -> Spread | None:
        """Return the spread of the rounds' ratios, None where there is nothing to divide by."""
        ours, theirs = self._figures(peer, metric), self._figures(reference, metric)
        if not ours or not theirs or not all(theirs):
            return None
        return Spread.of([one / other for one, other in zip(ours, theirs, strict=True)])

    def _figures(self, peer: str, metric: str) -> Sequence[float]:
        return [sample[metric] for sample in self.samples.get(peer, ()) if metric in sample]


def order(peers: Sequence[str], number: int) -> Sequence[str]:
    """Return the order of round `number`: forwards, then backwards, so that drift cancels out."""
    return peers if number % 2 == 0 else peers[::-1]


def percentile(figures: Sequence[float], percent: int) -> float:
    """Return the figure that `percent` of them do not exceed, by the nearest rank."""
    rank = -(-len(figures) * percent // 100)
    return sorted(figures)[max(rank, 1) - 1]
