"""What a test orders of a served process: each order is a file, which the process takes once.

And where it answers what no client asks.
"""

from dataclasses import dataclass
from pathlib import Path

FOLDER = "CRASH_ORDERS"
"""The environment variable that names the folder."""

STEPS, SWEEP, SAVE = "/steps", "/sweep", "/save"
"""Paths of the served process: which steps it has, and its jobs."""

GROUP = "group"
"""The file beside the folder that says which process group to kill."""

DIE = "die"
BE_LATE = "be-late"
HURRY = "hurry"  # for one call: checkpoints at once, and the budget is read


@dataclass(frozen=True)
class Orders:
    """The orders in `folder` that were not taken yet."""

    folder: Path

    def give(self, *orders: str) -> None:
        for order in orders:
            (self.folder / order).touch()

    def take(self, order: str) -> bool:
        """Return whether there is such an order; there is none any more then."""
        try:
            (self.folder / order).unlink()
        except FileNotFoundError:
            return False
        return True

    def left(self) -> list[str]:
        return sorted(order.name for order in self.folder.iterdir())

    def clear(self) -> None:
        for order in self.left():
            self.take(order)
