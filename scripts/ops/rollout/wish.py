"""What a deploy is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from scripts.ops.traffic.split import WHOLE

PERCENTS = (5, 20, 50, WHOLE)
"""The steps of a canary where none are named."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is deployed, and how.

    `functions` are names as in main.py, none for all and what goes with them; `percents` are the
    canary's steps, none for no canary; `bake` is how many seconds each of them is watched.
    """

    functions: tuple[str, ...] = ()
    percents: tuple[int, ...] = ()
    bake: float = 0.0
    unpin: bool = False

    @property
    def whole(self) -> bool:
        """Whether nothing is left out."""
        return not self.functions

    def document(self) -> dict[str, Any]:
        """Return it for the record."""
        return {
            "functions": list(self.functions),
            "percents": list(self.percents),
            "bake": self.bake,
            "unpin": self.unpin,
        }


def read(asked: Mapping[str, Any]) -> Wish:
    """Return the wish of a record."""
    return Wish(tuple(asked["functions"]), tuple(asked["percents"]), asked["bake"], asked["unpin"])


def parse_percents(text: str) -> tuple[int, ...]:
    """Return the steps of a text such as `5,20,50,100`. Raises ValueError."""
    steps = tuple(int(each) if each.strip().isdecimal() else 0 for each in text.split(","))
    rising = all(low < high for low, high in pairwise(steps))
    if steps[0] < 1 or not rising or steps[-1] != WHOLE:
        raise ValueError(
            f"{text!r} is no row of rising percentages that ends with 100: 5,20,50,100"
        )
    return steps
