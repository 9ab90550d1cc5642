"""Measure whether what the product does stays the same while its stories become a million.

Fills a Firestore emulator of its own step by step, and does at each step what the product does:
generate a story, list a user's newest ones, read the counters, sweep. For example:
  .venv/bin/python -m tests.measures.growth --most 100000 --whose many

A million stories take the emulator 10 GB of memory, and this command about an hour.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from tests.crashes.world import Database, database
from tests.measures.crowd import CROWDS, Crowd
from tests.measures.growing_operations import OPERATIONS, read_quota
from tests.measures.running import between, large_emulator, machine, say
from tests.measures.traffic import Costs, counted_store

LEAST, MOST = 100, 1_000_000
ROUNDS, WARM_UP_ROUNDS = 31, 100  # Java compiles what is used often
CONTROL = "control"
"""The same as "quota" in a database that stays empty: how the machine and the emulator do."""
MOST_SECONDS = 120.0  # of one operation at one size, after which it is not done again

Milliseconds = Mapping[str, float]


@dataclass(frozen=True)
class Step:
    """One size: medians of the operations' parts, and what each operation costs in Firestore."""

    stories: int
    loaded_a_second: float
    milliseconds: Milliseconds
    costs: Mapping[str, Costs]


def sizes(most: int) -> Iterator[int]:
    """Yield the powers of ten up to `most`."""
    size = LEAST
    while size <= most:
        yield size
        size *= 10


def warm_up(host: str, crowd: Crowd, rounds: int = WARM_UP_ROUNDS) -> None:
    """Do everything often, in a database that is left alone afterwards."""
    with database(host) as data:
        crowd.grow(data, range(LEAST))
        _times(data, data, crowd, range(0, LEAST, crowd.each), rounds)


def measure(host: str, crowd: Crowd, most: int, rounds: int = ROUNDS) -> Iterator[Step]:
    """Let the crowd grow in an empty database, and measure at each size."""
    with database(host) as data, database(host) as empty:
        before = 0
        for size in sizes(most):
            began = time.monotonic()
            crowd.grow(data, range(before, size))
            rate = (size - before) / (time.monotonic() - began)
            users = range(0, size, crowd.each)
            costs = _costs(data, crowd, users)
            yield Step(size, rate, _times(data, empty, crowd, users, rounds), costs)
            before = size


def table(steps: Sequence[Step]) -> Iterator[str]:
    """Yield a line for each part of an operation: milliseconds, and each size against the first."""
    first = steps[0].milliseconds
    yield f"{'':12}" + "".join(f"{step.stories:>26,}" for step in steps)
    for part, before in first.items():
        figures = (f"{step.milliseconds[part]:,.2f} ms" for step in steps)
        ratios = (f"{step.milliseconds[part] / before:,.2f}" for step in steps)
        cells = (f"{figure} {ratio:>9}" for figure, ratio in zip(figures, ratios, strict=True))
        yield f"{part:12}" + "".join(f"{cell:>26}" for cell in cells)
    grown = growing(steps)
    for name, costs in steps[0].costs.items():
        if name in grown:
            yield f"{name} does not cost the same: {[dict(step.costs[name]) for step in steps]}"
        else:
            yield f"{name} costs the same at every size: {dict(costs)}"


def growing(steps: Sequence[Step]) -> set[str]:
    """Return the operations that do not cost the same in Firestore at each size."""
    return {name for name, costs in steps[0].costs.items() for s in steps if s.costs[name] != costs}


def main(arguments: Sequence[str]) -> int:
    """Print the figures, write them, and return whether anything costs more as stories grow."""
    options = _parser().parse_args(arguments)
    say(f"medians of {options.rounds} rounds at most; {machine()}")
    figures: dict[str, object] = {}
    grown: set[str] = set()
    for whose in CROWDS if options.whose == "both" else [options.whose]:
        with large_emulator(options.heap_gb) as host:
            warm_up(host, CROWDS[whose])
            steps = []
            for step in measure(host, CROWDS[whose], options.most, options.rounds):
                steps.append(step)
                say(f"{step.stories:,} stories, loaded {step.loaded_a_second:,.0f} a second")
        say(f"\n{CROWDS[whose].name}")
        for line in table(steps):
            say(line)
        grown |= growing(steps)
        figures[whose] = [asdict(step) for step in steps]
    if options.json:
        options.json.write_text(json.dumps({"machine": machine(), **figures}, indent=1) + "\n")
    return bool(grown)


def _times(
    data: Database, empty: Database, crowd: Crowd, users: range, rounds: int
) -> Milliseconds:
    """Return the medians; the operations take turns, so that what else happens meets them all."""
    times: dict[str, list[float]] = {}
    spent = dict.fromkeys([CONTROL, *OPERATIONS], 0.0)
    for _ in range(rounds):
        for name in [name for name, seconds in spent.items() if seconds < MOST_SECONDS]:
            began, uid = time.monotonic(), _anybody(crowd, users)
            if name == CONTROL:
                done = {name: read_quota(empty, empty.store, uid).milliseconds["quota"]}
            else:
                done = OPERATIONS[name](data, data.store, uid).milliseconds
            spent[name] += time.monotonic() - began
            for part, took in done.items():
                times.setdefault(part, []).append(took)
    return {part: median(some) for part, some in times.items()}


def _costs(data: Database, crowd: Crowd, users: range) -> dict[str, Costs]:
    """Return what each operation costs when it is done once."""
    costs: dict[str, Costs] = {}
    with counted_store(data.host, data.project) as (store, taken):
        for name, operation in OPERATIONS.items():
            done = operation(data, store, _anybody(crowd, users))
            listed = {"RunQuery": 1, "documents": done.listed} if done.listed else {}
            costs[name] = {**taken(), **listed}
    return costs


def _anybody(crowd: Crowd, users: range) -> str:
    return crowd.uid(random.choice(users))  # noqa: S311 - no secret


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--most", type=between(LEAST, MOST), default=10_000, help="stories")
    parser.add_argument("--whose", choices=[*CROWDS, "both"], default="both")
    parser.add_argument("--rounds", type=between(1, 1_000), default=ROUNDS)
    parser.add_argument("--heap-gb", type=between(1, 64), default=14, help="of the emulator")
    parser.add_argument("--json", type=Path, help="a file to write the figures to")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
