"""What to do about a request whose story is already there."""

from datetime import datetime
from enum import Enum, auto

from conteur.domain.story import KeptStory, State


class Admission(Enum):
    """The answers of the admission table in docs/architecture.md."""

    REPLAY = auto()
    SAME_FAILURE = auto()
    IN_PROGRESS = auto()
    TAKE_OVER = auto()
    REUSED = auto()


def readmit(kept: KeptStory, fingerprint: str, now: datetime) -> Admission:
    """Decide by the kept story's state, its body's fingerprint and its lease."""
    if kept.fingerprint != fingerprint:
        return Admission.REUSED
    if kept.state is State.COMPLETED:
        return Admission.REPLAY
    if kept.failure is not None:
        return Admission.TAKE_OVER if kept.failure.retryable else Admission.SAME_FAILURE
    return Admission.IN_PROGRESS if now < kept.lease_until else Admission.TAKE_OVER
