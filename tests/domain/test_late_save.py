"""What to do with a story that its own call could not store, row by row."""

from datetime import UTC, datetime, timedelta

import pytest

from conteur.domain.late_save import LateSave, late_save
from conteur.domain.story import KeptStory, State

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ALIVE, OVER = NOW + timedelta(seconds=1), NOW


def _kept(state: State, holder: str | None, lease_until: datetime) -> KeptStory:
    return KeptStory(
        uid="alice",
        story_id="id-1",
        state=state,
        fingerprint="same",
        attempt=1,
        lease_until=lease_until,
        fence=None,
        holder=holder,
    )


@pytest.mark.parametrize(
    ("kept", "decision"),
    [
        (None, LateSave.NOTHING),
        (_kept(State.COMPLETED, "mine", ALIVE), LateSave.NOTHING),
        (_kept(State.COMPLETED, "another's", OVER), LateSave.NOTHING),
        (_kept(State.FAILED, "mine", OVER), LateSave.CHARGE_AGAIN),
        (_kept(State.FAILED, "another's", ALIVE), LateSave.CHARGE_AGAIN),
        (_kept(State.PROCESSING, "mine", ALIVE), LateSave.SETTLE),
        (_kept(State.PROCESSING, "mine", OVER), LateSave.SETTLE),
        (_kept(State.PROCESSING, "another's", OVER), LateSave.SETTLE),
        (_kept(State.PROCESSING, "another's", ALIVE), LateSave.WAIT),
        (_kept(State.PROCESSING, None, ALIVE), LateSave.WAIT),
    ],
)
def test_late_save(kept: KeptStory | None, decision: LateSave) -> None:
    """It is decided by the document's state, its holder and its lease."""
    assert late_save(kept, "mine", NOW) is decision
