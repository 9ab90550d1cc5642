"""Measure the product beside what one would use instead, on this machine, in one run.

Each server gets one core, and all that it is measured with the other one. The peers take turns
in alternating order, and what counts is the median of the pairs' ratios. docs/benchmark.md says
what is measured, how, and against whom.

For example:
  scripts/bench                     all of it: medians of 7 pairs, about twenty minutes
  scripts/bench --quick             rough figures in under two minutes
  scripts/bench --only bound,cold   two measures; --only streams --peers none  without the others
  scripts/bench --pairs 15 --json run.json --picture run.svg
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from scripts.local.errors import LocalStackError
from scripts.local.run_directory import run_directory
from scripts.local.signals import exit_code_of
from tests.bench.cores import check_cores
from tests.bench.machine import machine
from tests.bench.measures import MEASURES
from tests.bench.measures.measure import Measure
from tests.bench.peers import DOCS_SAMPLE, PEERS, Peer, is_installed
from tests.bench.picture import draw
from tests.bench.record import record
from tests.bench.results import Run
from tests.bench.runner import Plan, Runner
from tests.bench.table import report
from tests.measures.running import between, say

INTERRUPTED = 130  # what a shell answers after Ctrl-C
KEPT = Path(__file__).parents[2] / ".cache" / "bench"
PAIRS, QUICK_PAIRS, QUICK_SHARE = 7, 3, 0.2
QUICK = ("bound", "cold", "refused", "unpaced", "streams", "metrics")
NONE = "none"

PEERS_HELP = (
    f"peers to measure beside those that the goals need: {', '.join(PEERS)}, or {NONE};"
    f" all is the default, and {NONE} with --quick"
)
KEPT_HELP = "where all figures go; the default is in .cache/bench/"


@dataclass(frozen=True)
class Files:
    """Where a run is kept."""

    json: Path
    picture: Path


def main(arguments: Sequence[str]) -> int:
    """Run the command and return its exit code: goals that are missed are no failure."""
    options = _parser().parse_args(arguments)
    plan = installed(plan_of(options))
    files = Files(options.json, options.picture)
    return exit_code_of(lambda: bench(plan, files, quick=options.quick), INTERRUPTED)


def bench(plan: Plan, files: Files, *, quick: bool = False) -> None:
    """Take the plan's measures, print their table, and keep the run. Raises LocalStackError."""
    if sys.platform != "linux":
        raise LocalStackError("The figures come from Linux's /proc: run this on Linux.")
    check_cores()
    began, surroundings = datetime.now(UTC), machine()
    for line in plan.lines():
        _progress(line)
    with run_directory() as folder:
        results = list(Runner(plan, _progress).results(folder))
    run = Run(results, surroundings, began, plan.pairs, quick)
    say(report(run))
    keep(run, files)
    say(f"\nKept in {_shown(files.json)} and {_shown(files.picture)}")


def keep(run: Run, files: Files) -> None:
    """Write the run's JSON and picture."""
    for path, text in (
        (files.json, json.dumps(record(run), indent=1) + "\n"),
        (files.picture, draw(run)),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def plan_of(options: argparse.Namespace) -> Plan:
    """Return what the options ask for."""
    measures = [MEASURES[name] for name in options.only or (QUICK if options.quick else MEASURES)]
    beside = options.peers
    if beside is None:
        beside = [] if options.quick else list(PEERS)
    slow = (DOCS_SAMPLE,) if options.quick else ()
    return Plan(
        [_with_peers(measure, beside, slow) for measure in measures],
        options.pairs or (QUICK_PAIRS if options.quick else PAIRS),
        QUICK_SHARE if options.quick else 1.0,
    )


def installed(plan: Plan) -> Plan:
    """Return the plan without the peers whose packages are missing, and say which those are."""
    peers = {peer.name: peer for measure in plan.measures for peer in measure.peers}
    missing = [peer for peer in peers.values() if not is_installed(peer)]
    for peer in missing:
        _progress(f"{peer.title} is left out: `scripts/setup --for bench` installs its packages")
    return replace(plan, measures=[_without(missing, measure) for measure in plan.measures])


def _without(missing: Sequence[Peer], measure: Measure) -> Measure:
    return replace(measure, peers=tuple(peer for peer in measure.peers if peer not in missing))


def _with_peers(measure: Measure, beside: Sequence[str], slow: Sequence[Peer]) -> Measure:
    """Return the measure of its own peers but the `slow`, and of those beside that are wanted."""
    own = [peer for peer in measure.peers if peer not in slow or peer.name in beside]
    added = [peer for peer in measure.beside if peer.name in beside]
    return replace(measure, peers=(*own, *added))


def _progress(line: str) -> None:
    sys.stderr.write(f"bench: {line}\n")


def _shown(path: Path) -> str:
    return os.path.relpath(path)


def _names(known: Sequence[str]) -> Callable[[str], Sequence[str]]:
    """Return what reads an argument of names with commas."""

    def read(text: str) -> Sequence[str]:
        names = text.split(",")
        unknown = ", ".join(name for name in names if name not in known)
        if unknown:
            raise argparse.ArgumentTypeError(f"{unknown}: choose from {', '.join(known)}")
        return names

    return read


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="It succeeds whether goals are reached or not; it fails where a peer does not start"
        " or does not do its job.",
    )
    add = parser.add_argument
    add("--quick", action="store_true", help="fewer pairs, calls and measures: rough figures")
    add("--pairs", type=between(PAIRS, 31), metavar="N", help=f"from {PAIRS}, the default, to 31")
    add("--only", type=_names(list(MEASURES)), metavar="MEASURE,...", help=", ".join(MEASURES))
    add("--peers", type=_names([NONE, *PEERS]), metavar="PEER,...", help=PEERS_HELP)
    add("--json", type=Path, metavar="FILE", default=KEPT / "run.json", help=KEPT_HELP)
    add("--picture", type=Path, metavar="FILE", default=KEPT / "run.svg", help="likewise, an SVG")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
