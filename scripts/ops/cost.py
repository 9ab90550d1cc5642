"""Estimate what a thousand stories cost: the model by its price, and all that is around it.

The prompt is the deployed one, for a short wish; its tokens and those of the story are
estimated, by the bytes of a token and each language's tokens of a word. The worst case is that
all stories take all they reserve in each of their attempts. Nothing is asked of any service.
"""

import argparse
import json
import math
import sys
from dataclasses import asdict
from pathlib import Path

from conteur.domain.languages import PRIMARY_TAGS, normalise_tag
from conteur.domain.prices import MICROS
from conteur.domain.request_parser import DEFAULT_WORDS, FEWEST_WORDS, MOST_WORDS
from conteur.settings import Environment, SettingsError
from scripts.ops.estimate import FIGURES, Estimate, Estimator
from scripts.ops.scaling import figures
from scripts.ops.scaling.deployment import ROOT
from scripts.ops.scaling.tables import dollars, exact, number, table

WORDS = (100, DEFAULT_WORDS, 800, MOST_WORDS)
ENVIRONMENTS = (Environment.PRODUCTION.value, Environment.STAGING.value)
EXAMPLE = "example: scripts/cost --words 250,400 --language fr,ja --stories 5000"


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Run the command on the settings in `root`, and return its exit code."""
    options = _parse(arguments)
    try:
        estimator = Estimator(options.env, options.stories, options.stories_a_minute, root)
    except SettingsError as error:
        print(f"{error}\n-> mend functions/.env or functions/.env.{options.env}", file=sys.stderr)
        return 1
    usual = (estimator.deployment.language, "en", estimator.dearest)
    languages = options.language or tuple(dict.fromkeys(usual))
    made = [*estimator.estimates(languages, options.words)]
    if options.json:
        print(json.dumps(_document(estimator, made, options), indent=2, ensure_ascii=False))
    else:
        print(_page(estimator, made, options))
    return 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/cost",
        description=__doc__,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    lengths = f"words of a story, {FEWEST_WORDS} to {MOST_WORDS} (default: 100,400,800,1200)"
    add("--words", type=_words, default=WORDS, metavar="N[,N...]", help=lengths)
    languages = "tags, or all (default: the default language, English and the dearest)"
    add("--language", type=_languages, default=(), metavar="TAG[,TAG...]", help=languages)
    add("--stories", type=_stories, default=1000, metavar="N", help="(default: %(default)s)")
    rate = "how often they are asked for, which decides what is shared (default: %(default)s)"
    add("--stories-a-minute", type=_rate, default=10.0, metavar="N", help=rate)
    env = "whose settings and prices (default: %(default)s)"
    add("--env", choices=ENVIRONMENTS, default=ENVIRONMENTS[0], help=env)
    add("--json", action="store_true", help="print numbers for programs")
    return parser.parse_args(arguments)


def _page(estimator: Estimator, made: list[Estimate], options: argparse.Namespace) -> str:
    first = made[0].language
    head = (
        f"US dollars for {number(options.stories)} stories, {options.env}'s settings, "
        f"{number(options.stories_a_minute)} stories a minute"
    )
    before = (
        f"Where all go on from others, up to {number(estimator.context_words)} words more are "
        f"sent: {dollars(estimator.context(first))} in {first}, by {estimator.deployment.model}."
    )
    return "\n\n".join(
        (
            head,
            _by_model(made),
            before,
            f"Around the model, in {first}, by words",
            _around(estimator, first, options.words),
            f"Prices and figures; the pages were read on {figures.READ}",
            _sources(estimator),
        )
    )


def _by_model(made: list[Estimate]) -> str:
    rows = [
        (
            *(each.by, each.language, number(each.words)),
            *(number(each.input_tokens), number(each.output_tokens)),
            *(dollars(each.model), dollars(each.around), dollars(each.all), dollars(each.worst)),
        )
        for each in made
    ]
    tokens = ("tokens in", "tokens out")
    return table(
        ("model", "language", "words", *tokens, "model's", "around", "all", "model's, worst"), rows
    )


def _around(estimator: Estimator, language: str, words: tuple[int, ...]) -> str:
    bills = [estimator.around(language, length) for length in words]
    rows = [(name, *(dollars(bill[name]) for bill in bills)) for name in bills[0]]
    rows.append(("all", *(dollars(sum(bill.values())) for bill in bills)))
    return table(("paid for", *map(number, words)), rows)


def _sources(estimator: Estimator) -> str:
    prices = [
        (
            f"{model}: a million tokens in, and out",
            f"{price.input_micros / MICROS:.2f}, {price.output_micros / MICROS:.2f} $",
            f"OPENAI_PRICES, as of {price.since}",
        )
        for model, price in estimator.deployment.prices.prices.items()
    ]
    rest = [(it.of, f"{exact(it.value)} {it.unit}".strip(), it.source) for it in FIGURES]
    return table(("figure", "value", "source"), [*prices, *rest])


def _document(
    estimator: Estimator, made: list[Estimate], options: argparse.Namespace
) -> dict[str, object]:
    first = made[0].language
    prices = estimator.deployment.prices.prices
    return {
        "environment": options.env,
        "stories": options.stories,
        "storiesAMinute": options.stories_a_minute,
        "prices": {
            model: {
                "inputDollars": price.input_micros / MICROS,
                "outputDollars": price.output_micros / MICROS,
                "since": price.since.isoformat(),
            }
            for model, price in prices.items()
        },
        "estimates": [{**asdict(each), "all": each.all} for each in made],
        "around": {str(words): dict(estimator.around(first, words)) for words in options.words},
        "contextDollars": estimator.context(first),
        "figures": [asdict(figure) for figure in FIGURES],
        "figuresRead": figures.READ,
    }


def _words(text: str) -> tuple[int, ...]:
    lengths = tuple(_whole(each) for each in text.split(","))
    for length in lengths:
        if not FEWEST_WORDS <= length <= MOST_WORDS:
            raise argparse.ArgumentTypeError(
                f"{length} is not from {FEWEST_WORDS} to {MOST_WORDS}, the lengths of stories"
            )
    return lengths


def _languages(text: str) -> tuple[str, ...]:
    if text == "all":
        return PRIMARY_TAGS
    return tuple(_language(each.strip()) for each in text.split(","))


def _language(text: str) -> str:
    tag = normalise_tag(text)
    if tag is None:
        known = ", ".join(PRIMARY_TAGS)
        raise argparse.ArgumentTypeError(f"{text!r} is no tag of: {known}; or say all")
    return tag


def _stories(text: str) -> int:
    count = _whole(text)
    if count < 1:
        raise argparse.ArgumentTypeError(f"{count} is not above 0: ask for one story or more")
    return count


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number such as 400") from None


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number such as 10") from None
    if not 0 < rate < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is not above 0, or has no end")
    return rate


if __name__ == "__main__":
    sys.exit(main())
