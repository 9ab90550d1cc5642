"""What it takes to keep a story while it is told, and after."""

from dataclasses import dataclass

from conteur.telemetry.aggregate import Aggregate
from conteur.use_cases.ports import Background, Clock, Outbox, Stories, Timers


@dataclass(frozen=True, slots=True)
class Custody:
    """The ports that every leased story shares."""

    stories: Stories
    outbox: Outbox
    clock: Clock
    timers: Timers
    background: Background
    meter: Aggregate
