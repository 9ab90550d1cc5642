"""Measure one to four instances of the product over one database, at one load of many users.

A tenth of the requests are sent to two instances at the same moment. All instances share the
machine's cores with what they are measured with, so what is looked at is whether each story is
told and counted once, and what a story costs. For example:
  .venv/bin/python -m tests.measures.instances --most 4 --stories 1000
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.crashes.world import database
from tests.issuer import Issuer
from tests.measures.failing_model import FailingModel
from tests.measures.fleet import AT_ONCE, USERS, Fleet, Instance, fleet
from tests.measures.running import between, emulator, machine, say
from tests.measures.traffic import counting_process

MOST = 4
WARM_UP_STORIES = 40  # of each instance
TOKENS = 40


@dataclass(frozen=True)
class Figures:
    """What so many instances did; `calls` are Firestore's by method, and the commits' writes."""

    instances: int
    stories: int
    a_second: float
    cpu_ms_a_story: float
    shares: Sequence[float]
    endings: Mapping[str, int]
    calls: Mapping[str, int]
    faults: Sequence[str]

    def a_story(self, what: str) -> float:
        """Return how many of these calls, or writes, there were for each story."""
        return self.calls.get(what, 0) / self.stories


async def measure(host: str, issuer: Issuer, folder: Path, size: int, stories: int) -> Figures:
    """Have the stories told by so many instances, in an empty database, and end these."""
    model = FailingModel(first=0.0, gap=0.0, tokens=TOKENS)
    with database(host) as data, counting_process(folder, host) as (relayed, counts):
        async with model.serve() as url:
            with fleet(folder, issuer, data, relayed, url, size) as instances:
                apps = Fleet(instances, data, issuer, model)
                await apps.tell(WARM_UP_STORIES * size)
                before = counts(), _cpu(instances), apps.stories, time.monotonic()
                calls = [one.calls for one in instances]
                await apps.tell(stories)
                seconds = time.monotonic() - before[3]
                cpu, told = _cpu(instances) - before[1], apps.stories - before[2]
                counted = counts() - before[0]
                sent = [one.calls - had for one, had in zip(instances, calls, strict=True)]
                for one in instances:
                    one.backend.process.stop()
                faults = list(apps.faults())
    return Figures(
        instances=size,
        stories=told,
        a_second=told / seconds,
        cpu_ms_a_story=1000 * cpu / told,
        shares=[each / sum(sent) for each in sent],
        endings={" ".join(ending): count for ending, count in apps.endings.items()},
        calls=dict(counted),
        faults=faults,
    )


def table(some: Sequence[Figures]) -> Iterator[str]:
    """Yield a line for each number of instances, and what is not exact."""
    for each in some:
        calls = ", ".join(f"{each.a_story(what):.2f} {what}" for what in sorted(each.calls))
        yield (
            f"{each.instances} instances: {each.stories} stories, {each.a_second:.0f} a second,"
            f" {each.cpu_ms_a_story:.1f} ms of CPU each ({_ratio(each, some[0]):.2f});"
            f" shares {' '.join(f'{share:.2f}' for share in each.shares)}; a story: {calls}"
        )
        yield f"   {dict(each.endings)}"
        yield from each.faults or ["   each story told, kept, charged and counted once"]


def main(arguments: Sequence[str]) -> int:
    """Print the figures, write them, and return whether anything was not exact."""
    options = _parser().parse_args(arguments)
    say(f"{options.stories} stories of {USERS} users, {AT_ONCE} at once; {machine()}")
    with emulator() as host, Issuer().serve() as issuer, tempfile.TemporaryDirectory() as folder:
        some = [
            asyncio.run(measure(host, issuer, Path(folder), size, options.stories))
            for size in range(1, options.most + 1)
        ]
    for line in table(some):
        say(line)
    if options.json:
        record = {"machine": machine(), "figures": [asdict(each) for each in some]}
        options.json.write_text(json.dumps(record, indent=1) + "\n")
    return any(each.faults for each in some)


def _cpu(instances: Sequence[Instance]) -> float:
    return sum(one.cpu_seconds for one in instances)


def _ratio(one: Figures, other: Figures) -> float:
    return one.cpu_ms_a_story / other.cpu_ms_a_story


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--most", type=between(1, MOST), default=MOST, help="instances")
    parser.add_argument("--stories", type=between(10, 100_000), default=1_000)
    parser.add_argument("--json", type=Path, help="a file to write the figures to")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
