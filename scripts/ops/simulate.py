"""Simulate a number of stories a minute: what it takes and costs, and what breaks first.

The settings are production's where no option changes them, and docs/scaling.md has the figures.
Each rate is also played, call by call, for four minutes or longer. A rate over 3,000 a minute is
thinned: a part of its calls is played, on that part of its instances and of OpenAI's limits.
"""

import argparse
import json
import math
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from conteur.domain.prices import MICROS
from conteur.domain.request_parser import DEFAULT_WORDS, FEWEST_WORDS, MOST_WORDS
from scripts.ops.scaling import figures, played, report
from scripts.ops.scaling.costs import dollars
from scripts.ops.scaling.deployment import ROOT, Deployment, production
from scripts.ops.scaling.limits import MOST_BUDGET_SHARDS, limits
from scripts.ops.scaling.page import with_tables
from scripts.ops.scaling.report import Study
from scripts.ops.scaling.workload import workload

PAGE = Path("docs/scaling.md")
RATES = (10.0, 100.0, 1_000.0, 10_000.0, 100_000.0)
EXAMPLE = "example: scripts/simulate --stories-a-minute 500,2000 --instances 40 --tier 3"
TITLES = {
    "takes": "What each rate takes, with the settings that serve it",
    "settings": "These settings, and what they are now where that is enough",
    "breaks": "What breaks, in which order, with the settings as they are",
    "costs": "What it costs",
    "served": "Played from nothing, with the settings that serve it",
    "pressed": "Played over a limit",
    "tiers": "OpenAI's usage tiers",
    "sources": "What is taken on trust",
}


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    options = _parse(arguments)
    study = _study(options)
    if options.json:
        print(json.dumps(_document(study, options.seed), indent=2))
        return 0
    tables = make(study, options.seed)
    if options.update:
        path = ROOT / PAGE
        path.write_text(with_tables(path.read_text(), tables))
        print(f"{PAGE} is written.")
        return 0
    for name, text in tables.items():
        print(f"{TITLES[name]}\n\n{text}\n")
    return 0


def make(study: Study, seed: int) -> dict[str, str]:
    """Return all tables, by name."""
    return {
        "takes": report.takes(study),
        "settings": report.settings(study),
        "breaks": report.breaks(study),
        "costs": report.costs(study),
        "served": played.served_table(study, played.served(study, seed)),
        "pressed": played.pressed_table(played.pressed(study, seed)),
        "tiers": report.tiers(),
        "sources": report.sources(),
    }


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/simulate",
        description=__doc__,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_settings(parser)
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print numbers for programs")
    shape.add_argument("--update", action="store_true", help=f"write the tables into {PAGE}")
    return parser.parse_args(arguments)


def _add_settings(parser: argparse.ArgumentParser) -> None:
    now, tiers = production(), [tier.name for tier in figures.TIERS]
    rates = "one rate or several (default: 10 to 100,000 by powers of ten)"
    add = parser.add_argument
    add("--stories-a-minute", type=_rates, default=RATES, metavar="N[,N...]", help=rates)
    usual = figures.STORY_SECONDS.value
    _add(
        parser,
        "--seconds-a-story",
        "S",
        usual,
        _positive,
        "seconds from a story's claim to its end",
    )
    words = _between(FEWEST_WORDS, MOST_WORDS)
    _add(parser, "--words", "N", DEFAULT_WORDS, words, "words of a story")
    _add(parser, "--instances", "N", now.max_instances, _count, "MAX_INSTANCES")
    threads = _between(1, int(figures.MOST_CONCURRENCY.value))
    _add(parser, "--threads", "N", now.threads, threads, "THREADS")
    shards = _between(1, MOST_BUDGET_SHARDS)
    _add(parser, "--shards", "N", now.budget_shards, shards, "BUDGET_SHARDS")
    budget = now.budget_micros / MICROS
    _add(parser, "--budget", "USD", budget, _positive, "BUDGET_USD_PER_DAY")
    tier = "OpenAI's usage tier (default: %(default)s)"
    add("--tier", choices=tiers, default=tiers[0], help=tier)
    _add(parser, "--seed", "N", 1, _whole, "seed of what is random")


def _add(
    parser: argparse.ArgumentParser,
    option: str,
    unit: str,
    usual: float,
    read: Callable[[str], float],
    says: str,
) -> None:
    says = f"{says} (default: %(default)s)"
    parser.add_argument(option, type=read, default=usual, metavar=unit, help=says)


def _study(options: argparse.Namespace) -> Study:
    deployment: Deployment = replace(
        production(),
        max_instances=options.instances,
        threads=options.threads,
        budget_shards=options.shards,
        budget_micros=round(MICROS * options.budget),
        tier=next(tier for tier in figures.TIERS if tier.name == options.tier),
    )
    story = workload(deployment, options.words, options.seconds_a_story)
    return Study(options.stories_a_minute, story, deployment)


def _document(study: Study, seed: int) -> dict[str, object]:
    outcomes = zip(study.served(), played.served(study, seed), strict=True)
    return {
        "workload": asdict(study.workload),
        "limits": [asdict(limit) for limit in limits(study.deployment, study.workload)],
        "rates": [
            {
                "storiesAMinute": plant.rate,
                "inFlight": plant.in_flight,
                "instances": plant.instances,
                "writesASecond": plant.writes,
                "readsASecond": plant.reads,
                "dollarsForAThousand": dollars(plant),
                "told": outcome.told,
                "coldInTheFirstMinute": outcome.cold(first=True),
                "cold": outcome.cold(first=False),
                "delaySeconds": {"p50": outcome.added(0.5), "p95": outcome.added(0.95)},
            }
            for plant, outcome in outcomes
        ],
        "figures": [asdict(figure) for figure in figures.FIGURES],
    }


def _rates(text: str) -> tuple[float, ...]:
    return tuple(sorted(_positive(each) for each in text.split(",")))


def _between(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        value = _whole(text)
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{value} is not from {least} to {most}")
        return value

    return read


def _count(text: str) -> int:
    value = _whole(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value} is not above 0")
    return value


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is not above 0, or has no end")
    return value


if __name__ == "__main__":
    sys.exit(main())
