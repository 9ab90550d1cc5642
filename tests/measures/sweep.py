"""Measure the sweep, over a Firestore emulator of its own that holds many stories.

For example:
  .venv/bin/python -m tests.measures.sweep --documents 100000 --expired 2000
"""

import argparse
import random
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from conteur.adapters.clock import SystemClock
from conteur.adapters.firestore_client import ReconnectingClient as Client
from conteur.adapters.firestore_leases import FirestoreLeases
from conteur.adapters.firestore_stories import FirestoreStories
from conteur.domain.deadline import Deadline
from conteur.domain.story import KeptStory, Lease, StoryFailure
from conteur.entrypoints.sweep_stories import SWEEP_SECONDS
from conteur.telemetry.aggregate import Aggregate
from conteur.use_cases.sweep_stories import SweepStories, Swept
from tests.crashes.world import database
from tests.measures.population import Population
from tests.measures.running import between, emulator, machine, memory_mb, quietly, say

MOST_SWEEPS = 50


@dataclass
class Calls:
    """The calls of one kind, and the sum of the seconds that they took, side by side or not."""

    count: int = 0
    seconds: float = 0.0
    lock: Lock = field(default_factory=Lock)

    @contextmanager
    def one(self) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            with self.lock:
                self.count += 1
                self.seconds += time.monotonic() - began


class CountedLeases(FirestoreLeases):
    """The adapter, which counts its queries."""

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        self.queries = Calls()

    def expired(self, shard: int, now: datetime, most: int, timeout: float) -> Sequence[KeptStory]:
        with self.queries.one():
            return super().expired(shard, now, most, timeout)


class CountedStories(FirestoreStories):
    """The adapter, which counts its commits."""

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        self.commits = Calls()

    def fail(self, lease: Lease, failure: StoryFailure, timeout: float) -> None:
        with self.commits.one():
            super().fail(lease, failure, timeout)


@dataclass(frozen=True)
class Figures:
    """One sweep: what it did, in how many seconds, and by which calls."""

    swept: Swept
    seconds: float
    queries: Calls
    commits: Calls
    memory_mb: float

    def __str__(self) -> str:
        asked, wrote = self.queries, self.commits
        writing = self.seconds - asked.seconds  # a sweep asks and writes by turns
        end = "" if self.swept.complete else ", and was not through"
        return "\n".join(
            [
                f"a sweep of {self.seconds:.1f} s ended {self.swept.ended}{end}",
                f"  {asked.count} queries of {asked.seconds / asked.count:.2f} s",
                f"  {wrote.count} commits, {wrote.count / writing:.0f} a second between queries",
                f"  {self.swept.ended / self.seconds:.0f} ended a second in all",
                f"  {self.memory_mb:.0f} MB resident at most",
            ]
        )


def sweep(
    client: Client, seconds: float = SWEEP_SECONDS, leases: CountedLeases | None = None
) -> Figures:
    """Sweep once, for as long as the scheduled function does."""
    leases = leases or CountedLeases(client)
    stories, clock = CountedStories(client), SystemClock()
    sweeping = SweepStories(stories, leases, clock, Aggregate(), random.shuffle)
    began = clock.monotonic()
    with quietly():
        swept = sweeping(Deadline(began + seconds))
    took = clock.monotonic() - began
    return Figures(swept, took, leases.queries, stories.commits, memory_mb())


def measure(host: str, population: Population) -> Iterator[Figures]:
    """Fill a database, and sweep until a sweep finds nothing: the last that is yielded."""
    with database(host) as data:
        population.load(data.store.client)
        for _ in range(MOST_SWEEPS):
            figures = sweep(data.store.client)
            yield figures
            if figures.swept.complete and not figures.swept.ended:
                return


def main(arguments: Sequence[str]) -> None:
    """Print the figures."""
    options = _parser().parse_args(arguments)
    dead = min(options.expired, options.documents)
    say(f"{options.documents} stories, {dead} of them expired; {machine()}")
    with emulator() as host:
        for figures in measure(host, Population(dead, 0, options.documents - dead)):
            say(str(figures))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=between(1, 1_000_000), default=10_000)
    parser.add_argument("--expired", type=between(0, 100_000), default=2_000)
    return parser


if __name__ == "__main__":
    main(sys.argv[1:])
