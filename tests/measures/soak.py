"""Soak one served instance: many streams at once, for long, with failures among them.

Each minute it is left alone for a moment, and what it holds is noted. After the warm-up that may
not grow; at the end SIGTERM ends it, and its metrics and documents must say what was called.
For example:
  .venv/bin/python -m tests.measures.soak --minutes 30 --streams 50 --json soak.json
"""

import argparse
import asyncio
import itertools
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from conteur.telemetry.registry import EXECUTIONS, MODEL_ATTEMPTS, STORY_WORDS
from tests.bench.figures import figures
from tests.clients.backends import Gunicorn, gunicorn
from tests.crashes.ledger import Ledger
from tests.crashes.world import Database, database
from tests.issuer import Issuer
from tests.measures.apps import APPS, App
from tests.measures.failing_model import FailingModel
from tests.measures.running import between, emulator, machine, say
from tests.measures.served import SETTINGS, allocated_mb, server_pid
from tests.measures.soaked import Held, Lap, Load, Soaked, line, record, report

ALL_THREADS = 80
REST_SECONDS = 1.0  # for what the server does after its last answer


@dataclass(frozen=True)
class Target:
    """What is soaked: the product over a database and a model of its own."""

    backend: Gunicorn
    model: FailingModel
    data: Database


async def soak(target: Target, load: Load) -> Soaked:
    """Play all laps."""
    pid, soaked = server_pid(target.backend.url), Soaked(load)
    before, turns = figures(pid).cpu_seconds, itertools.chain(APPS, _drawn())
    for number in range(load.laps):
        streams = load.streams if number else ALL_THREADS
        calls = await _lap(target, turns, streams, load.seconds, soaked)
        await target.model.quiet.wait()  # it still tells the stories of those who left
        await asyncio.sleep(REST_SECONDS)
        now = figures(pid)
        held = Held(allocated_mb(pid), now.pss_mb, now.threads, now.descriptors)
        lap = Lap(calls, 1000 * (now.cpu_seconds - before) / calls, held)
        before = now.cpu_seconds
        soaked.laps.append(lap)
        say(line(number, lap))
    return soaked


def faults(target: Target, soaked: Soaked) -> Iterator[str]:
    """Yield where the metrics and the documents of an ended server differ from what was called."""
    monitoring, endings = target.backend.monitoring, soaked.endings()
    for (outcome, reason, kind), count in endings.items():
        counted = monitoring.total(EXECUTIONS.type, outcome=outcome, reason=reason, kind=kind)
        if counted != count:
            yield f"{count} calls ended as {outcome} {reason} {kind}; the metrics say {counted}"
    told = sum(count for (outcome, *_), count in endings.items() if outcome == "completed")
    ledger = Ledger.of(target.data.store.client)
    expected = {
        "executions": (monitoring.total(EXECUTIONS.type), endings.total()),
        "stories by their words": (monitoring.total(STORY_WORDS.type), told),
        "attempts of the model": (monitoring.total(MODEL_ATTEMPTS.type), soaked.asked),
        "requests to the model": (target.model.asked, soaked.asked),
        "refused points": (len(monitoring.rejections), 0),
        "completed documents": (ledger.states["COMPLETED"], told),
        "tasks for the outbox": (len(target.backend.tasks.tasks), 0),
    }
    for what, (found, right) in expected.items():
        if found != right:
            yield f"{what}: {found}, and not {right}"
    yield from ledger.faults()


async def measure(host: str, issuer: Issuer, folder: Path, load: Load, tokens: int = 100) -> Soaked:
    """Serve the product, soak it, end it, and see what it has counted."""
    model = FailingModel(first=0.3, gap=0.02, tokens=tokens)
    with database(host) as data:
        async with model.serve() as url:
            settings = {"GOOGLE_CLOUD_PROJECT": data.project, "OPENAI_BASE_URL": url}
            with gunicorn(folder, issuer, host, **SETTINGS, **settings) as backend:
                target = Target(backend, model, data)
                soaked = await soak(target, load)
                backend.process.stop()
                soaked.faults += faults(target, soaked)
    return soaked


def main(arguments: Sequence[str]) -> int:
    """Print the figures, write them, and return whether a promise was broken."""
    options = _parser().parse_args(arguments)
    laps = max(2, options.minutes * 60 // options.lap_seconds)
    load = Load(options.streams, laps, options.lap_seconds, max(1, laps // 6))
    say(f"{load}; {machine()}")
    with emulator() as host, Issuer().serve() as issuer, tempfile.TemporaryDirectory() as folder:
        soaked = asyncio.run(measure(host, issuer, Path(folder), load))
    for text in report(soaked):
        say(text)
    if options.json:
        options.json.write_text(json.dumps(record(soaked), indent=1) + "\n")
    return any(soaked.problems())


async def _lap(
    target: Target, turns: Iterator[App], streams: int, seconds: float, soaked: Soaked
) -> int:
    """Keep all streams busy until the lap is over, and return how many calls were made."""
    port = urlsplit(target.backend.url).port
    assert port
    end, before = time.monotonic() + seconds, soaked.calls.total()

    async def stream() -> None:
        while time.monotonic() < end:
            app = next(turns)
            ending = await app.call(port, target.backend.issuer, target.data.project)
            soaked.calls[app] += 1
            if ending != app.ending:
                soaked.wrong[app.name, ending] += 1

    async with asyncio.TaskGroup() as apps:
        for _ in range(streams):
            apps.create_task(stream())
    return soaked.calls.total() - before


def _drawn() -> Iterator[App]:
    """Yield apps by their shares, for ever."""
    while True:
        yield from random.choices(APPS, [app.share for app in APPS])  # noqa: S311 - no secret


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=between(1, 600), default=30)
    parser.add_argument("--streams", type=between(1, 80), default=50)
    parser.add_argument("--lap-seconds", type=between(1, 600), default=60)
    parser.add_argument("--json", type=Path, help="a file to write the figures to")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
