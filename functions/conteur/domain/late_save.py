"""What to do with a finished story that its own call could not store in time."""

from datetime import datetime
from enum import Enum, auto

from conteur.domain.story import KeptStory, State


class LateSave(Enum):
    """The answers, by what has become of the story's document in the meantime."""

    SETTLE = auto()  # nobody ended it: complete it, and settle what it holds
    CHARGE_AGAIN = auto()  # its reservation was given back: complete it, and charge what it cost
    NOTHING = auto()  # it was told again, or deleted
    WAIT = auto()  # another attempt tells it right now


def late_save(kept: KeptStory | None, holder: str, now: datetime) -> LateSave:
    """Decide for the story of the claim `holder`, found as `kept` at `now`."""
    if kept is None or kept.state is State.COMPLETED:
        return LateSave.NOTHING
    if kept.state is State.FAILED:
        return LateSave.CHARGE_AGAIN
    if kept.holder == holder or kept.lease_until <= now:
        return LateSave.SETTLE
    return LateSave.WAIT
