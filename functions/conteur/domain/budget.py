"""How much all stories of a day may cost together."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BudgetRule:
    """Micro-dollars for a UTC day, and over how many documents their counter is spread."""

    micros_a_day: int = 20_000_000
    shards: int = 16


@dataclass(frozen=True, slots=True)
class BudgetReading:
    """The load of a day's budget: micro-dollars that were reserved and not given back."""

    day: str
    load: int
