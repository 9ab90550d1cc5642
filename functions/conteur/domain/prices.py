"""What a model's answers cost, in micro-dollars (a millionth of a US dollar)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from conteur.domain.model_events import Usage
from conteur.domain.prompt import Prompt

MICROS = 1_000_000  # in a dollar
TOKENS = 1_000_000  # that a price is for

_PRICE = re.compile(
    r"(?P<model>\S+):(?P<input>\d+(\.\d+)?)/(?P<output>\d+(\.\d+)?)@(?P<since>\d{4}-\d\d-\d\d)"
)


@dataclass(frozen=True, slots=True)
class Price:
    """Micro-dollars for a million tokens, as the provider charged them on the day `since`."""

    input_micros: int
    output_micros: int
    since: date

    def cost(self, usage: Usage) -> int:
        """Return what `usage` costs, rounded up to a micro-dollar."""
        total = usage.input_tokens * self.input_micros + usage.output_tokens * self.output_micros
        return -(-total // TOKENS)


@dataclass(frozen=True, slots=True)
class PriceTable:
    """Each model's price by the name that requests ask for."""

    prices: Mapping[str, Price]

    def cost(self, model: str, usage: Usage) -> int:
        """Return what an answer of `model` costs."""
        return self.prices[model].cost(usage)

    def most(self, models: Iterable[str], prompt: Prompt) -> int:
        """Return the most that one whole answer to `prompt` can cost, whichever model gives it."""
        # A token is a byte of UTF-8 at least, and of rare characters no more: of English it is
        # about four, so what frames our English instructions is paid for as well.
        size = len(prompt.instructions.encode()) + len(prompt.input.encode())
        usage = Usage(size, prompt.max_output_tokens)
        return max(self.cost(model, usage) for model in models)


def parse_price(text: str) -> tuple[str, Price]:
    """Return a model and its price from `model:0.75/4.50@2026-11-05`, dollars for TOKENS tokens.

    Raises ValueError.
    """
    found = _PRICE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    dollars = (Decimal(found["input"]), Decimal(found["output"]))
    input_micros, output_micros = (round(MICROS * each) for each in dollars)
    return found["model"], Price(input_micros, output_micros, date.fromisoformat(found["since"]))
