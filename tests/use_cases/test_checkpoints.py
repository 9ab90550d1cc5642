"""Checkpoints keep a story's text and lease alive beside its telling, and never after its end."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from conteur.domain.lease import LEASE_SECONDS
from conteur.domain.story import KeptStory, State
from conteur.errors import DeadlineError, InProgressError, Phase
from conteur.telemetry.registry import CHECKPOINTS
from conteur.use_cases.admit_story import Admitted
from conteur.use_cases.checkpoints import WRITE_SECONDS, Checkpoints
from conteur.use_cases.ports import Background
from tests.fakes import FakeTimer
from tests.stories import FINISHED
from tests.use_cases.conftest import REQUEST, StoryWorld, at_once

KEY = ("alice", REQUEST.request_id)
SLOW = DeadlineError("slow", Phase.STORE)


class Telling(StoryWorld):
    """A story that is being told; `text` is what was let out of it."""

    def __init__(self) -> None:
        super().__init__()
        admitted = self.admit()(self.order())
        assert isinstance(admitted, Admitted)
        self.text = ""
        self.lease = admitted.lease
        self.checkpoints = self.begin(at_once)
        self.stories.timeouts.clear()

    def begin(self, background: Background) -> Checkpoints:
        custody = replace(self.custody(), background=background)
        checkpoints = Checkpoints(self.lease, lambda: self.text, custody)
        checkpoints.begin()
        return checkpoints

    @property
    def kept(self) -> KeptStory:
        return self.stories.kept[KEY]

    def written(self, seconds: float) -> int:
        """Return how many checkpoints reach the store while `seconds` pass."""
        before = len(self.stories.timeouts)
        self.timers.pass_time(seconds)
        return len(self.stories.timeouts) - before

    def lease_left(self) -> float:
        return (self.kept.lease_until - self.clock.now()).total_seconds()


@pytest.fixture
def telling() -> Telling:
    return Telling()


def test_the_first_after_five_seconds(telling: Telling) -> None:
    """A story that is told within five seconds costs no checkpoint; then there is one each five."""
    assert telling.written(4.9) == 0
    assert telling.written(0.1) == 1
    assert telling.written(14.9) == 2
    assert telling.counted(CHECKPOINTS) == {("kept",): 3}


def test_text_and_lease_are_kept(telling: Telling) -> None:
    """A checkpoint keeps what was let out so far, and renews the lease."""
    telling.text = "Once "
    telling.timers.pass_time(5)
    assert (telling.kept.released, telling.lease_left()) == ("Once ", LEASE_SECONDS)
    assert telling.kept.state is State.PROCESSING


def test_only_a_changed_text_is_written(telling: Telling) -> None:
    """A text that the store has already is not sent again; the lease is renewed all the same."""
    telling.text = "Once "
    telling.timers.pass_time(5)
    telling.stories.kept[KEY] = replace(telling.kept, released="as it was sent")
    telling.timers.pass_time(5)
    assert (telling.kept.released, telling.lease_left()) == ("as it was sent", LEASE_SECONDS)
    telling.text = "Once there"
    telling.timers.pass_time(5)
    assert telling.kept.released == "Once there"


def test_a_text_taken_back_is_taken_back(telling: Telling) -> None:
    """What was let out and taken back is kept no longer."""
    telling.text = "A bear "
    telling.timers.pass_time(5)
    telling.text = ""
    telling.timers.pass_time(5)
    assert telling.kept.released == ""


def test_a_late_one_is_followed_by_the_next(
    telling: Telling, capsys: pytest.CaptureFixture[str]
) -> None:
    """A store that is slow once loses no text: the next checkpoint has it."""
    telling.text = "Once "
    telling.stories.failures["checkpoint"] = SLOW
    telling.timers.pass_time(10)
    assert telling.kept.released == "Once "
    assert telling.counted(CHECKPOINTS) == {("late",): 1, ("kept",): 1}
    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["story_id"]) == ("story.checkpoint_failed", KEY[1])


def test_a_lost_lease_ends_them(telling: Telling, capsys: pytest.CaptureFixture[str]) -> None:
    """Once another attempt has the story, its first one writes nothing more."""
    telling.stories.failures["checkpoint"] = InProgressError("taken over")
    assert telling.written(60) == 1
    assert telling.counted(CHECKPOINTS) == {("lease_lost",): 1}
    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["story_id"]) == ("story.lease_lost", KEY[1])


def test_none_after_the_end(telling: Telling) -> None:
    """A story that has ended is not written to."""
    telling.timers.pass_time(5)
    telling.checkpoints.end()
    assert telling.written(60) == 0


def test_one_that_waits_for_a_thread_is_not_written(telling: Telling) -> None:
    """A checkpoint that was due, and had no thread before the story's end, is dropped."""
    telling.checkpoints.end()
    waiting: list[Callable[[], None]] = []
    checkpoints = telling.begin(waiting.append)
    telling.timers.pass_time(5)
    checkpoints.end()
    waiting.pop()()
    assert telling.stories.timeouts == []


def test_one_on_its_way_at_the_end(telling: Telling) -> None:
    """A checkpoint that is on its way when the story ends is the last one, and does no harm."""

    def end(method: str) -> None:
        if method == "checkpoint":
            telling.stories.complete(telling.checkpoints.end(), FINISHED, 1)

    telling.stories.on_answer = end
    telling.timers.pass_time(60)
    assert telling.kept.state is State.COMPLETED
    assert telling.counted(CHECKPOINTS) == {("kept",): 1}


def test_the_end_gets_the_renewed_lease(telling: Telling) -> None:
    """The write that ends the story bears the mark of the last checkpoint."""
    telling.timers.pass_time(10)
    assert telling.checkpoints.end().fence == telling.kept.fence


def test_a_checkpoint_is_bounded(telling: Telling) -> None:
    """A checkpoint is over before the next one is due."""
    telling.timers.pass_time(5)
    assert telling.stories.timeouts == [WRITE_SECONDS]


def test_slow_ones_do_not_put_off_the_next(telling: Telling) -> None:
    """Three checkpoints that take their whole time, and fail, leave the lease to the fourth."""
    begun: list[float] = []
    start = telling.clock.seconds

    def take_long(method: str) -> None:
        if method == "checkpoint":
            begun.append(telling.clock.seconds - start)
            telling.clock.advance(WRITE_SECONDS)
            raise SLOW

    telling.stories.on_call = take_long
    telling.timers.pass_time(16)
    assert begun == [5, 10, 15]


def test_an_unforeseen_error_does_not_end_them(telling: Telling) -> None:
    """Whatever a checkpoint raises is its thread's to log, and the next one is written."""

    def break_down(_method: str) -> None:
        telling.stories.on_call = lambda _method: None
        raise RuntimeError("unforeseen")

    telling.stories.on_call = break_down
    with pytest.raises(RuntimeError):
        telling.timers.pass_time(5)
    assert telling.written(5) == 1


def test_a_telling_goes_on_without_timers(
    telling: Telling, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A process that can start no thread tells its story without checkpoints, and says so."""

    def refuse(_when: float, _action: Callable[[], None]) -> FakeTimer:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(telling.timers, "call_at", refuse)
    telling.begin(at_once)
    assert json.loads(capsys.readouterr().out)["event"] == "story.checkpoint_failed"
