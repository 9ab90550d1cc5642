"""What a signal is: one figure that tells how the service does, as alerts and tiles name it."""

from dataclasses import dataclass
from enum import StrEnum

from conteur.telemetry.registry import Metric


class Unit(StrEnum):
    """What a signal's value is counted in, in UCUM as Cloud Monitoring takes it."""

    SHARE = "10^2.%"  # 0 to 1, shown as a percentage
    SECONDS = "s"
    COUNT = "1"
    DOLLARS = "{USD}"  # UCUM has no money; in braces anything is said


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One figure: `query` is its PromQL, `metrics` are those that the query reads.

    `samples` is PromQL for how many samples the value rests on, with the same labels; where it
    is below `least`, the value tells nothing. Empty, any value does. `what` is one sentence.
    """

    of: str
    name: str
    title: str
    what: str
    unit: Unit
    query: str
    metrics: tuple[Metric, ...]
    samples: str = ""
    least: int = 0

    @property
    def key(self) -> str:
        """The name by which tiles and commands know it."""
        return f"{self.of}.{self.name}"
