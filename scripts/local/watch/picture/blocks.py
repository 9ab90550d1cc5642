"""An hour of series as Prometheus keeps it, made without waiting for an hour.

Instances count and send with the product's own code to the stand-in, whose clock is moved by hand;
what is read back is what Prometheus would have scraped, and `promtool` makes its blocks of it.
Source: https://prometheus.io/docs/prometheus/latest/storage/#backfilling-from-openmetrics-format
"""

import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from conteur.telemetry.registry import Function
from scripts.local.errors import LocalStackError
from scripts.local.standins.cloud_monitoring.metrics import MonitoringStandIn
from scripts.local.watch.exposition import Exposition
from scripts.local.watch.picture.instances import Clock, CountingInstance
from scripts.local.watch.picture.made_up import Load, Moment
from scripts.local.watch.samples import samples_of
from scripts.local.watch.standin_series import StandInSeries

STEP_SECONDS = 30
HOUR_SECONDS = 4_200  # an hour, and what its first five minutes look back on


def write_blocks(promtool: Path, folder: Path, lines: Iterable[str]) -> None:
    """Make blocks of lines that have their times in `folder`. Raises LocalStackError."""
    text = folder.with_suffix(".txt")
    with text.open("w") as file:
        file.writelines(lines)
        file.write("# EOF\n")
    argv = [str(promtool), "tsdb", "create-blocks-from", "openmetrics", str(text), str(folder)]
    made = subprocess.run(argv, capture_output=True, text=True, check=False)
    if made.returncode:
        raise LocalStackError(f"promtool could not make blocks:\n{made.stderr}")


def made_up_lines(end: float, seconds: int = HOUR_SECONDS) -> Iterator[str]:
    """Yield the lines of each step before `end` in turn, each with its time."""
    clock = Clock(end - seconds)
    exposition, load = Exposition(clock), Load()
    with MonitoringStandIn(clock).serve() as endpoint:
        tellers = [
            CountingInstance(Function.GENERATE_STORY, number, endpoint, clock) for number in (1, 2)
        ]
        raters = [CountingInstance(Function.RATE_STORY, 1, endpoint, clock)]
        publishers = [CountingInstance(Function.STORE_API, 1, endpoint, clock)]
        stand_in = StandInSeries(endpoint, clock)
        while clock.now < end:
            moment = Moment(left=end - clock.now, seconds=STEP_SECONDS)
            clock.now += STEP_SECONDS
            for instances, count in (
                (tellers, load.tell),
                (raters, load.rate),
                (publishers, load.publish),
            ):
                for instance in instances:
                    count(instance.aggregate, moment)
                    instance.send()
            samples = [sample for series in stand_in.newest() for sample in samples_of(series)]
            for line in exposition.text(samples).splitlines():
                yield f"{line} {clock.now:.0f}\n"
