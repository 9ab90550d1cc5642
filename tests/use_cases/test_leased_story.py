"""A story's end in the store: in time, and never lost where anybody can take it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conteur.domain.deadline import Deadline
from conteur.domain.story import State
from conteur.errors import DeadlineError, InProgressError, OutputBlockedError, Phase
from conteur.telemetry.registry import STORIES_UNSAVED
from conteur.use_cases.admit_story import Admitted
from conteur.use_cases.leased_story import LONGEST_WRITE_SECONDS, LeasedStory
from conteur.use_cases.orders import Keeping
from tests.adapters.stored import CHECKPOINT
from tests.stories import FINISHED
from tests.use_cases.conftest import REQUEST, Counters, StoryWorld

KEY = ("alice", REQUEST.request_id)
SLOW = DeadlineError("slow", Phase.STORE)
SECONDS = 28.0


class Ending(StoryWorld):
    """A story that is admitted, with SECONDS until its deadline."""

    def __init__(self) -> None:
        super().__init__()
        admitted = self.admit()(self.order())
        assert isinstance(admitted, Admitted)
        self.lease = admitted.lease
        self.deadline = Deadline(self.clock.seconds + SECONDS)
        self.leased = LeasedStory(self.lease, self.listener, self.deadline, self.custody())
        self.stories.timeouts.clear()

    def keep(self, left: float = SECONDS) -> Keeping:
        """End the story with `left` seconds until the deadline."""
        self.clock.advance(SECONDS - left)
        with self.leased:
            return self.leased.keep(FINISHED)

    def break_off(self, error: BaseException, left: float = SECONDS) -> None:
        """Have the telling fail with `left` seconds until the deadline."""
        self.clock.advance(SECONDS - left)
        with pytest.raises(type(error)), self.leased:
            raise error

    def swallow(self, method: str, error: DeadlineError = SLOW) -> None:
        """Have the store use up the time of its next `method`, and take nothing."""
        self.stories.failures[method] = error
        self.stories.on_call = lambda _method: self.clock.advance(self.stories.timeouts[-1])

    def late(self) -> float:
        return self.clock.seconds - self.deadline.at


@pytest.fixture
def ending() -> Ending:
    return Ending()


def test_kept(ending: Ending) -> None:
    """A story that the store takes is COMPLETED, and charged at what it has cost."""
    assert ending.keep() is Keeping.KEPT
    assert ending.stories.kept[KEY].finished == FINISHED
    assert ending.counters() == Counters(1, 0, reserved=100, settled=120, given_back=-20)
    assert (ending.outbox.unsaved, ending.counted(STORIES_UNSAVED)) == ({}, {})


def test_queued(ending: Ending, capsys: pytest.CaptureFixture[str]) -> None:
    """A story that the store does not take goes to the outbox, under its claim's holder."""
    ending.stories.failures["complete"] = SLOW
    assert ending.keep() is Keeping.QUEUED
    (unsaved,) = ending.outbox.unsaved.values()
    assert (unsaved.uid, unsaved.story_id, unsaved.story) == (*KEY, FINISHED)
    assert unsaved.holder == ending.lease.holder
    assert ending.counted(STORIES_UNSAVED) == {("queued",): 1}
    assert json.loads(capsys.readouterr().out)["event"] == "story.unsaved"


def test_a_queued_story_keeps_its_place(ending: Ending) -> None:
    """A story in the outbox is PROCESSING, with its charge, until it is saved or swept."""
    ending.stories.failures["complete"] = SLOW
    ending.keep()
    assert ending.stories.kept[KEY].state is State.PROCESSING
    assert ending.counters() == Counters(1, 1, reserved=100)


def test_lost(ending: Ending, capsys: pytest.CaptureFixture[str]) -> None:
    """A story that neither store nor outbox take is only in the answer, which the log says."""
    ending.stories.failures["complete"] = SLOW
    ending.outbox.error = SLOW
    assert ending.keep() is Keeping.LOST
    assert ending.counted(STORIES_UNSAVED) == {("lost",): 1}
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["event"] for line in lines] == ["story.unsaved", "story.lost"]


def test_taken_over(ending: Ending) -> None:
    """A story that another attempt has taken over is theirs to end, and is not queued."""
    ending.stories.failures["complete"] = InProgressError("taken over")
    with pytest.raises(InProgressError):
        ending.keep()
    assert (ending.outbox.unsaved, len(ending.stories.timeouts)) == ({}, 1)


def test_failed(ending: Ending) -> None:
    """A story that breaks off keeps what was let out of it, and is not charged."""
    ending.leased.heard("Once ")
    ending.break_off(SLOW)
    kept = ending.stories.kept[KEY]
    assert (kept.state, kept.released) == (State.FAILED, "Once ")
    assert ending.counters() == Counters(reserved=100, given_back=100)


def test_what_was_taken_back_is_not_kept(ending: Ending) -> None:
    """Text of an attempt that was taken back is no part of the story that is kept."""
    ending.leased.heard("A bear ")
    ending.leased.taken_back()
    ending.leased.heard("Once ")
    ending.break_off(SLOW)
    assert ending.stories.kept[KEY].released == ending.listener.text == "Once "


@pytest.mark.parametrize(("cost", "settled"), [(None, 100), (30, 30)])
def test_blocked_after_it_was_read(ending: Ending, cost: int | None, settled: int) -> None:
    """A story that was blocked too late to be unread counts, at its cost or what was reserved."""
    ending.leased.heard("Once ")
    blocked = OutputBlockedError("blocked")
    blocked.cost_micros = cost
    ending.break_off(blocked)
    assert ending.counters() == Counters(
        stories=1, reserved=100, settled=settled, given_back=100 - settled
    )


def test_blocked_before_it_was_read(ending: Ending) -> None:
    """A story of which nothing was let out is not charged."""
    ending.break_off(OutputBlockedError("blocked"))
    assert ending.counters() == Counters(reserved=100, given_back=100)


def test_withdrawn_once_more(ending: Ending, capsys: pytest.CaptureFixture[str]) -> None:
    """A store that does not take the withdrawal is asked again; that it never did is an error."""
    ending.leased.heard("Once ")
    ending.stories.checkpoint(ending.lease, CHECKPOINT, SECONDS)
    ending.stories.on_call = lambda method: ending.stories.failures.update({method: SLOW})
    before = len(ending.stories.timeouts)
    ending.break_off(OutputBlockedError("blocked", withdrawn=True))
    assert len(ending.stories.timeouts) == before + 2
    assert '"story.not_withheld"' in capsys.readouterr().out


def test_withdrawn(ending: Ending) -> None:
    """A story that nobody may read is taken back from its listener, and none of it is kept."""
    ending.leased.heard("Once ")
    ending.stories.checkpoint(ending.lease, CHECKPOINT, SECONDS)
    ending.break_off(OutputBlockedError("blocked", withdrawn=True))
    assert (ending.listener.taken_back_after, ending.listener.blocked) == (["Once "], True)
    kept = ending.stories.kept[KEY]
    assert (kept.state, kept.released) == (State.FAILED, "")


def test_withdrawn_before_its_first_word(ending: Ending) -> None:
    """What nobody has heard is not taken back."""
    ending.break_off(OutputBlockedError("blocked", withdrawn=True))
    assert ending.listener.taken_back_after == []


def test_stopped(ending: Ending) -> None:
    """A story that is stopped without being withdrawn keeps what was let out of it."""
    ending.leased.heard("Once ")
    ending.break_off(OutputBlockedError("blocked"))
    assert ending.stories.kept[KEY].released == ending.listener.text == "Once "


def test_checkpoints_while_it_is_told(ending: Ending) -> None:
    """What was let out is kept every five seconds, and no longer once the story has ended."""
    with ending.leased:
        ending.leased.heard("Once ")
        ending.timers.pass_time(5)
        assert ending.stories.kept[KEY].released == "Once "
        ending.leased.keep(FINISHED)
    ending.timers.pass_time(60)
    assert len(ending.stories.timeouts) == 2


def test_time_for_the_end(ending: Ending) -> None:
    """Two of the deadline's seconds are kept for the writes that end the story."""
    assert ending.leased.writing_deadline == Deadline(ending.deadline.at - 2)


@pytest.mark.parametrize(
    ("left", "timeouts"),
    [
        (28.0, [LONGEST_WRITE_SECONDS, LONGEST_WRITE_SECONDS]),
        (12.0, [LONGEST_WRITE_SECONDS, 2.0]),
        (2.0, [1.2, 0.8]),
        (1.0, [0.4, 0.6]),
        (0.0, [0.4, 0.4]),
    ],
)
def test_store_and_outbox_share_the_time(
    ending: Ending, left: float, timeouts: list[float]
) -> None:
    """The store gets what the outbox may not need; each gets 0.4 s, and no more than ten."""
    ending.swallow("complete")
    ending.outbox.on_put = ending.stories.timeouts.append
    assert ending.keep(left) is Keeping.QUEUED
    assert ending.stories.timeouts == pytest.approx(timeouts)


@given(left=st.floats(0, SECONDS))
def test_nothing_ends_later_than_a_second(left: float) -> None:
    """Store and outbox that use all of their time end the call within its deadline and 0.8 s."""
    ending = Ending()
    ending.swallow("complete")
    ending.outbox.on_put = ending.clock.advance
    ending.outbox.error = SLOW
    assert ending.keep(left) is Keeping.LOST
    assert ending.late() <= 0.8 + 1e-6


@given(left=st.floats(0, SECONDS))
def test_no_failure_ends_later_than_a_second(left: float) -> None:
    """A failed story whose store uses all of its time ends the call as soon."""
    ending = Ending()
    ending.swallow("fail")
    ending.break_off(SLOW, left)
    assert ending.late() <= 0.4 + 1e-6
