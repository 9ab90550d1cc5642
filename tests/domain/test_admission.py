"""What to do about a request whose story is already there: the admission table, row by row."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from conteur.domain.admission import Admission, readmit
from conteur.domain.charge import Charge
from conteur.domain.story import KeptStory, NewStory, State, StoryFailure
from conteur.domain.story_request import StoryRequest

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CHARGE = Charge("2026-01-01", shard=0, micros=100)
ALIVE, OVER = NOW + timedelta(seconds=1), NOW


def _kept(state: State, lease_until: datetime = ALIVE, *, retryable: bool = False) -> KeptStory:
    failure = StoryFailure("TIMEOUT", "slow", {}, retryable, "", NOW)
    return KeptStory(
        uid="alice",
        story_id="id-1",
        state=state,
        fingerprint="same",
        attempt=1,
        lease_until=lease_until,
        fence=None,
        holder="an earlier claim",
        failure=failure if state is State.FAILED else None,
    )


def _claim(fingerprint: str, holder: str = "this claim") -> NewStory:
    request = StoryRequest(request_id="id-1", prompt="a fox", language="en")
    return NewStory("alice", request, fingerprint, NOW, ALIVE, holder, CHARGE)


ROWS = [
    (_kept(State.PROCESSING), Admission.IN_PROGRESS),
    (_kept(State.PROCESSING, OVER), Admission.TAKE_OVER),
    (_kept(State.COMPLETED), Admission.REPLAY),
    (_kept(State.FAILED, retryable=True), Admission.TAKE_OVER),
    (_kept(State.FAILED), Admission.SAME_FAILURE),
]


@pytest.mark.parametrize(("kept", "admission"), ROWS)
def test_same_body(kept: KeptStory, admission: Admission) -> None:
    """The same request again is decided by the story's state and its lease."""
    assert readmit(kept, _claim("same")) is admission


@pytest.mark.parametrize("kept", [kept for kept, _ in ROWS])
def test_another_body(kept: KeptStory) -> None:
    """Another request under the same id is refused, whatever became of the first."""
    assert readmit(kept, _claim("another")) is Admission.REUSED


def test_own_claim() -> None:
    """A claim that finds what it wrote itself, its answer lost, has its lease."""
    assert readmit(_kept(State.PROCESSING), _claim("same", "an earlier claim")) is Admission.OURS


def test_document_without_a_holder() -> None:
    """A story that an older revision is telling is nobody's but its own."""
    older = replace(_kept(State.PROCESSING), holder=None)
    assert readmit(older, _claim("same")) is Admission.IN_PROGRESS
