"""Measure what the counters in Cloud Monitoring lose of an instance that SIGKILL ends.

Each instance answers a steady load and is killed at a random moment. Between the calls of a quick
load an instance falls idle; with stories among them it never does. What it had counted and not
sent is lost. For example:
  .venv/bin/python -m tests.measures.counters --kill 10
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from scripts.local.standins.cloud_monitoring.metrics import MonitoringStandIn
from tests.crashes.world import database
from tests.issuer import Issuer
from tests.load.counted_fleet import counted_fleet, kill
from tests.measures.apps import APPS, BROKEN, App, exchange
from tests.measures.failing_model import FailingModel
from tests.measures.running import between, emulator, machine, say
from tests.measures.served import SETTINGS, server_pid

AT_ONCE = 5  # instances
CALLS_A_SECOND = 20.0
STORY_SECONDS, TOKENS = 9.0, 36
STORIES_AT_ONCE = 3
STORY = APPS[0]
NO_TOKEN = next(app for app in APPS if app.name == "no token")


@dataclass(frozen=True)
class Load:
    """Calls without a token, and so many stories at once; the kill comes within these seconds."""

    name: str
    stories: int
    earliest: float
    latest: float


# An instance sends what it counted as it falls idle, 6 s after the last time; or after 60 s.
LOADS = (
    Load("now and then idle", stories=0, earliest=12.0, latest=24.0),
    Load("never idle", stories=STORIES_AT_ONCE, earliest=61.0, latest=121.0),
)


@dataclass(frozen=True)
class Loss:
    """Of one kill: how many calls were answered, how many of them counted, and since when not."""

    answered: int
    counted: int
    seconds: float

    @property
    def calls(self) -> int:
        """Calls that were answered and never counted."""
        return self.answered - self.counted


@dataclass
class Victim:
    """An instance under a load, and the moments of its answers."""

    url: str
    server: int
    issuer: Issuer
    project: str
    answers: list[float] = field(default_factory=list)
    killed: float = 0.0

    async def live(self, load: Load) -> None:
        """Answer the load until a random moment, that of the kill."""
        async with asyncio.TaskGroup() as apps:
            apps.create_task(self._quick())
            for number in range(load.stories):
                apps.create_task(self._tell(number * STORY_SECONDS / load.stories))
            await asyncio.sleep(random.uniform(load.earliest, load.latest))  # noqa: S311 - no secret
            kill(self.server)
            self.killed = time.monotonic()

    def loss(self, counted: int) -> Loss:
        """Return what was lost: the calls that were answered last."""
        lost = self.answers[counted:]
        return Loss(len(self.answers), counted, self.killed - lost[0] if lost else 0.0)

    async def _quick(self) -> None:
        """Call without a token at a steady pace, however late an answer is."""
        async with asyncio.TaskGroup() as calls:
            while not self.killed:
                calls.create_task(self._call(NO_TOKEN))
                await asyncio.sleep(1 / CALLS_A_SECOND)

    async def _tell(self, late: float) -> None:
        """Have one story told after the other."""
        await asyncio.sleep(late)
        while not self.killed:
            await self._call(STORY)

    async def _call(self, app: App) -> None:
        port = urlsplit(self.url).port
        assert port
        request = app.request(app.token(self.issuer, self.project), str(uuid.uuid4()))
        if await exchange(port, request) != BROKEN:
            self.answers.append(time.monotonic())


async def measure(host: str, issuer: Issuer, folder: Path, load: Load, kills: int) -> list[Loss]:
    """Have so many instances killed under the load, all at the same time."""
    model = FailingModel(first=0.0, gap=STORY_SECONDS / TOKENS, tokens=TOKENS)
    with database(host) as data:
        async with model.serve() as url:
            settings = {**SETTINGS, "OPENAI_BASE_URL": url}
            monitoring = MonitoringStandIn()
            with counted_fleet(folder, issuer, data, monitoring, kills, **settings) as fleet:
                urls = [one.url for one in fleet.instances]
                victims = [Victim(url, server_pid(url), issuer, data.project) for url in urls]
                await asyncio.gather(*(victim.live(load) for victim in victims))
                counted = fleet.counted()
    return [victim.loss(counted[victim.url]) for victim in victims]


def table(load: Load, losses: Sequence[Loss]) -> Iterator[str]:
    """Yield what the kills have lost: medians, and the most."""
    calls, seconds = [one.calls for one in losses], [one.seconds for one in losses]
    yield (
        f"{load.name}: {len(losses)} kills, {sum(one.answered for one in losses)} calls answered;"
        f" lost of each {median(calls):.0f} calls (at most {max(calls)}),"
        f" those of the last {median(seconds):.1f} s (at most {max(seconds):.1f})"
    )


def main(arguments: Sequence[str]) -> None:
    """Print the figures."""
    options = _parser().parse_args(arguments)
    say(f"{CALLS_A_SECOND:g} calls a second to each instance; {machine()}")
    with emulator() as host, Issuer().serve() as issuer:
        for load in LOADS:
            losses: list[Loss] = []
            while left := options.kill - len(losses):
                with tempfile.TemporaryDirectory() as folder:
                    some = measure(host, issuer, Path(folder), load, min(left, AT_ONCE))
                    losses += asyncio.run(some)
            for line in table(load, losses):
                say(line)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kill", type=between(1, 100), default=10, help="instances, of each load")
    return parser


if __name__ == "__main__":
    main(sys.argv[1:])
