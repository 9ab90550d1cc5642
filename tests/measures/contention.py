"""Measure how far stories of different users wait for each other at the budget's counters.

Threads claim stories and complete them, each story of a user of its own, over a Firestore emulator
of its own. For example:
  .venv/bin/python -m tests.measures.contention --threads 100 --stories 600
"""

import argparse
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from statistics import median

from conteur.domain.charge import Charge
from conteur.errors import DeadlineError
from tests.adapters.stored import CHARGE, SECONDS, Store, new_story
from tests.crashes.world import database
from tests.measures.running import between, emulator, machine, quietly, say
from tests.stories import FINISHED

SHARDS = (1, 16, 64, 500)
ROUNDS = 5
COMMITS = 2  # of a story: its claim and its end


@dataclass(frozen=True)
class Load:
    """How many threads tell how many stories, and over how many shards."""

    threads: int
    stories: int
    shards: int


@dataclass(frozen=True)
class Figures:
    """What became of a load: `repeated` are commits sent again, `aborted` those after ABORTED."""

    told: int
    refused: int
    repeated: int
    aborted: int
    seconds: float

    @property
    def a_second(self) -> float:
        """The stories told in a second."""
        return self.told / self.seconds


def measure(host: str, load: Load) -> Figures:
    """Tell the load's stories, in an empty database."""
    charges = [
        Charge(CHARGE.day, random.randrange(load.shards), CHARGE.micros)  # noqa: S311 - no secret
        for _ in range(load.stories)
    ]
    with database(host) as data, quietly() as log, ThreadPoolExecutor(load.threads) as threads:
        list(threads.map(lambda user: _tell(data.store, user, CHARGE), range(load.threads)))
        began = time.monotonic()
        told = sum(threads.map(lambda one: _tell(data.store, *one), enumerate(charges)))
        seconds = time.monotonic() - began
    again = [line["error"] for line in log if line["event"] == "google.call_failed"]
    aborted = sum(error.startswith("Aborted") for error in again)
    return Figures(told, load.stories - told, len(again), aborted, seconds)


def rounds(host: str, loads: Sequence[Load], count: int = ROUNDS) -> Mapping[Load, list[Figures]]:
    """Measure each load in each round: what else the machine does then meets them all."""
    figures: dict[Load, list[Figures]] = {load: [] for load in loads}
    for number in range(count):
        for load in loads if number % 2 else reversed(loads):
            figures[load].append(measure(host, load))
    return figures


def table(figures: Mapping[Load, list[Figures]]) -> Iterator[str]:
    """Yield a line for each load: medians, and the sums of what went wrong."""
    rates = {load: median(one.a_second for one in some) for load, some in figures.items()}
    first = next(iter(figures))
    for load, some in figures.items():
        ratios = [
            one.a_second / other.a_second for one, other in zip(some, figures[first], strict=True)
        ]
        yield (
            f"{load.shards:>4} shards: {rates[load]:5.0f} stories a second,"
            f" {rates[load] * COMMITS:5.0f} commits a second,"
            f" {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) times those of"
            f" {first.shards}; ABORTED {sum(one.aborted for one in some)},"
            f" repeated {sum(one.repeated for one in some)},"
            f" refused {sum(one.refused for one in some)} of {load.stories * len(some)}"
        )


def main(arguments: Sequence[str]) -> None:
    """Print the figures."""
    options = _parser().parse_args(arguments)
    loads = [Load(options.threads, options.stories, shards) for shards in SHARDS]
    say(
        f"{options.threads} threads, {options.stories} stories,"
        f" medians of {ROUNDS} rounds; {machine()}"
    )
    with emulator() as host:
        for line in table(rounds(host, loads)):
            say(line)


def _tell(store: Store, user: int, charge: Charge) -> bool:
    """Tell a user's story, and return whether Firestore took both commits in time."""
    story = replace(new_story(), uid=f"user-{user}", charge=charge)
    with suppress(DeadlineError):
        claimed = store.stories.claim(story, SECONDS)
        assert claimed
        store.stories.complete(claimed.lease, FINISHED, SECONDS)
        return True
    return False


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--threads", type=between(1, 200), default=100)
    parser.add_argument("--stories", type=between(1, 10_000), default=600, help="in each round")
    return parser


if __name__ == "__main__":
    main(sys.argv[1:])
