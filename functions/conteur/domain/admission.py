"""What to do about a request whose story is already there."""

from enum import Enum, auto

from conteur.domain.story import KeptStory, NewStory, State


class Admission(Enum):
    """The answers of the admission table in docs/architecture.md."""

    OURS = auto()
    REPLAY = auto()
    SAME_FAILURE = auto()
    IN_PROGRESS = auto()
    TAKE_OVER = auto()
    REUSED = auto()


def readmit(kept: KeptStory, claim: NewStory) -> Admission:
    """Decide by the kept story's state, its body's fingerprint, its holder and its lease."""
    if kept.fingerprint != claim.fingerprint:
        return Admission.REUSED
    if kept.state is State.COMPLETED:
        return Admission.REPLAY
    if kept.failure is not None:
        return Admission.TAKE_OVER if kept.failure.retryable else Admission.SAME_FAILURE
    if kept.holder == claim.holder:
        return Admission.OURS
    return Admission.IN_PROGRESS if claim.started < kept.lease_until else Admission.TAKE_OVER
