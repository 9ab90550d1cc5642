"""What a measure is, and what its trials work with."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from tests.bench.peers import DOCS_SAMPLE_80, Peer
from tests.bench.services import Services
from tests.bench.serving import Server, serving
from tests.bench.trials import Sample

USERS = 100  # more than calls at once, so that no two of them wait for the same user's documents


@dataclass(frozen=True, slots=True)
class Stage:
    """What a trial works with: the peers' surroundings, a folder of its own, and how much to do.

    `sources` has the copies of the peers' sources, the same in all trials. `share` is the part of
    the full amounts that a trial does: 1.0 but for a quick run.
    """

    services: Services
    folder: Path
    sources: Path
    share: float = 1.0

    def serving(self, peer: Peer, *, gracefully: bool = False) -> AbstractContextManager[Server]:
        """Serve a peer until the block ends, as serving.serving does."""
        return serving(peer, self.services, self.folder, self.sources, gracefully=gracefully)

    def some(self, full: int) -> int:
        """Return the trial's part of `full` things, at least one."""
        return max(1, round(full * self.share))

    def tokens(self, count: int) -> Sequence[str]:
        """Return ID tokens for so many calls, those of all users in turn."""
        tokens = [self.services.token(f"user-{number}") for number in range(min(count, USERS))]
        return list(islice(cycle(tokens), count))


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure of a trial, and the peer whose figure its ratios are formed with."""

    name: str
    title: str
    unit: str
    against: Peer = DOCS_SAMPLE_80
    more_is_better: bool = False
    drawn: bool = False


Trial = Callable[[Stage, Peer], Sample]


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured of which peers, `conteur` first, and what a trial of one of them does.

    `beside` are peers that no goal needs, which can be left out. `rounds` is how often an exact
    figure is taken, None for one that needs medians. `seconds` is about how long a full trial
    takes beside its server's start and end.
    The services are `round_trip_ms` away, and `counted` says that calls to them are.
    """

    name: str
    title: str
    metrics: tuple[Metric, ...]
    peers: tuple[Peer, ...]
    beside: tuple[Peer, ...]
    trial: Trial
    seconds: float
    round_trip_ms: float = 0.0
    counted: bool = False
    rounds: int | None = None
