"""What a model's answers cost, in micro-dollars (a millionth of a US dollar)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from conteur.domain.model_events import Usage
from conteur.domain.prompt import Prompt

_MILLION = 1_000_000
# Of English a token takes about four bytes of UTF-8, of Chinese three: two are never too many.
_BYTES_A_TOKEN = 2


@dataclass(frozen=True, slots=True)
class Price:
    """Micro-dollars for a million tokens, as the provider charged them on the day `since`."""

    input_micros: int
    output_micros: int
    since: date

    def cost(self, usage: Usage) -> int:
        """Return what `usage` costs, rounded up to a micro-dollar."""
        total = usage.input_tokens * self.input_micros + usage.output_tokens * self.output_micros
        return -(-total // _MILLION)


@dataclass(frozen=True, slots=True)
class PriceTable:
    """Each model's price by the name that requests ask for."""

    prices: Mapping[str, Price]

    def cost(self, model: str, usage: Usage) -> int:
        """Return what an answer of `model` costs."""
        return self.prices[model].cost(usage)

    def most(self, models: Iterable[str], prompt: Prompt) -> int:
        """Return the most that one whole answer to `prompt` can cost, whichever model gives it."""
        size = len(prompt.instructions.encode()) + len(prompt.input.encode())
        usage = Usage(-(-size // _BYTES_A_TOKEN), prompt.max_output_tokens)
        return max(self.cost(model, usage) for model in models)
