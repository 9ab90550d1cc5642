"""Saving a story late: once, whatever has become of its document meanwhile."""

import json
from dataclasses import replace

import pytest

from conteur.domain.lease import LEASE_SECONDS
from conteur.domain.story import KeptStory, Lease, State, StoryFailure, UnsavedStory
from conteur.errors import DeadlineError, InProgressError, Phase, StoryInterruptedError
from conteur.telemetry.registry import STORIES_SAVED_LATE
from conteur.use_cases.admit_story import Admitted
from conteur.use_cases.save_story import SaveStory
from tests.stories import FINISHED
from tests.use_cases.conftest import REQUEST, Counters, StoryWorld

KEY = ("alice", REQUEST.request_id)
SETTLED = Counters(1, 0, reserved=100, settled=120, given_back=-20)


class Saving(StoryWorld):
    """A story whose call could not store it."""

    def __init__(self) -> None:
        super().__init__()
        self.lease = self.begin()
        self.unsaved = UnsavedStory(*KEY, self.lease.holder, FINISHED)

    @property
    def kept(self) -> KeptStory:
        return self.stories.kept[KEY]

    def begin(self) -> Lease:
        admitted = self.admit()(self.order())
        assert isinstance(admitted, Admitted)
        return admitted.lease

    def sweep(self) -> None:
        """Have the story end as the sweep ends it."""
        error = StoryInterruptedError.of_a_dead_attempt()
        self.stories.fail(self.lease, StoryFailure.of(error, "Once ", self.clock.now()), 1)

    def begin_again(self) -> Lease:
        """Have the same request told again, after its lease was over."""
        self.clock.advance(LEASE_SECONDS)
        return self.begin()

    def save(self) -> None:
        SaveStory(self.stories, self.clock, self.meter)(self.unsaved)


@pytest.fixture
def saving() -> Saving:
    return Saving()


def test_a_story_that_nobody_ended(saving: Saving) -> None:
    """A story still PROCESSING is completed, and its own charge settled."""
    saving.save()
    assert (saving.kept.state, saving.kept.finished) == (State.COMPLETED, FINISHED)
    assert saving.counters() == SETTLED
    assert saving.counted(STORIES_SAVED_LATE) == {("settled",): 1}


def test_a_story_that_was_swept(saving: Saving) -> None:
    """A story whose charge the sweep gave back is completed, and charged at what it cost."""
    saving.sweep()
    saving.save()
    assert (saving.kept.state, saving.kept.failure) == (State.COMPLETED, None)
    assert saving.counters() == Counters(1, 0, reserved=220, settled=120, given_back=100)
    assert saving.counted(STORIES_SAVED_LATE) == {("charged_again",): 1}


def test_a_story_that_is_told_again(saving: Saving) -> None:
    """While another attempt tells the story, the saving waits."""
    saving.begin_again()
    with pytest.raises(InProgressError):
        saving.save()
    assert saving.kept.state is State.PROCESSING
    assert saving.counted(STORIES_SAVED_LATE) == {("waiting",): 1}


def test_an_attempt_that_died_too(saving: Saving) -> None:
    """When the other attempt's lease is over too, its story is completed with this text."""
    saving.begin_again()
    saving.clock.advance(LEASE_SECONDS)
    saving.save()
    assert saving.kept.finished == FINISHED
    assert saving.counters() == Counters(1, 0, reserved=200, settled=120, given_back=80)


def test_a_story_that_was_told_again(saving: Saving) -> None:
    """A story that another attempt has completed stays as its reader knows it."""
    again = replace(FINISHED, cost_micros=70)
    saving.stories.complete(saving.begin_again(), again, 1)
    saving.save()
    assert saving.kept.finished == again
    assert saving.counters() == Counters(1, 0, reserved=200, settled=70, given_back=130)
    assert saving.counted(STORIES_SAVED_LATE) == {("nothing",): 1}


def test_a_story_that_was_deleted(saving: Saving) -> None:
    """A story that its user has deleted does not come back."""
    del saving.stories.kept[KEY]
    saving.save()
    assert saving.stories.kept == {}


def test_saved_twice(saving: Saving) -> None:
    """A task that comes twice saves the story once, and charges it once."""
    saving.save()
    saving.save()
    assert saving.counters() == SETTLED
    assert saving.counted(STORIES_SAVED_LATE) == {("settled",): 1, ("nothing",): 1}


def test_a_story_that_changes_meanwhile(saving: Saving) -> None:
    """A story that is swept between the look at it and the write is saved by the next call."""
    first = iter([True])

    def sweep(method: str) -> None:
        if method == "complete_late" and next(first, False):
            saving.sweep()

    saving.stories.on_call = sweep
    with pytest.raises(InProgressError):
        saving.save()
    saving.save()
    assert saving.counters() == Counters(1, 0, reserved=220, settled=120, given_back=100)


def test_a_document_without_a_charge(saving: Saving) -> None:
    """A story of a revision that kept no charge is saved all the same."""
    saving.stories.kept[KEY] = replace(saving.kept, charge=None)
    saving.save()
    assert saving.kept.state is State.COMPLETED


@pytest.mark.parametrize("method", ["read", "complete_late"])
def test_a_store_that_is_down(saving: Saving, method: str) -> None:
    """A store that does not answer is a reason to call again later."""
    saving.stories.failures[method] = DeadlineError("slow", Phase.STORE)
    with pytest.raises(DeadlineError):
        saving.save()
    assert saving.counted(STORIES_SAVED_LATE) == {}


def test_each_result_is_logged(saving: Saving, capsys: pytest.CaptureFixture[str]) -> None:
    """The log says what became of the story."""
    saving.save()
    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["result"]) == ("story.saved_late", "settled")
