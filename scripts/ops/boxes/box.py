"""A box of the check lists, as data."""

from collections.abc import Callable
from dataclasses import dataclass

from scripts.ops.boxes.desk import Desk
from scripts.ops.boxes.finding import Finding

LOOK_SECONDS = 60.0
"""Of one look at most: it makes a few calls, none of which may take longer than 20 s."""

Look = Callable[[Desk], Finding]
"""Looks at one thing. Raises what `running.TOLD` names where it cannot be looked at."""


@dataclass(frozen=True, slots=True)
class Box:
    """`key` is its name for options and programs, `title` for people.

    `is_command`: it takes the machine for minutes, so that one is run after the other. `asks`: it
    may come to a person, who confirms it.
    """

    key: str
    title: str
    look: Look
    seconds: float = LOOK_SECONDS
    is_command: bool = False
    asks: bool = False
