"""Generating a story, from the order to what is kept."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from conteur.domain.model_events import ModelEvent, TextDelta
from conteur.domain.quota import Limits, QuotaRule
from conteur.domain.story import State
from conteur.errors import (
    BugError,
    Cause,
    ConcurrencyError,
    DeadlineError,
    InProgressError,
    OpenAIError,
    OpenAIFailure,
    OutputBlockedError,
    Phase,
    RequestIdReusedError,
)
from conteur.telemetry.aggregate import DistributionValue
from conteur.telemetry.registry import CHECKPOINTS, STORY_COST_MICROS
from conteur.use_cases.orders import Keeping
from tests.fakes import ScriptedModel
from tests.use_cases.conftest import COST, REQUEST, STORY, Counters, StoryWorld

STORY_KEY = ("alice", REQUEST.request_id)
OUTAGE = OpenAIError("down", OpenAIFailure.OUTAGE)


def test_story(world: StoryWorld) -> None:
    """A story is heard as it comes, returned whole, and kept as COMPLETED."""
    told = world.tell()
    assert world.listener.text == told.story.story.text == "Once there was a fox."
    assert told.story.story.title == "The Brave Fox"
    assert world.listener.story_id == told.story_id == REQUEST.request_id
    assert world.stories.kept[STORY_KEY].finished == told.story
    assert world.model.closed == 1


def test_heard_at_once(world: StoryWorld) -> None:
    """A piece of prose is heard before the model says its next word."""
    heard: list[str] = []

    def events() -> Iterator[ModelEvent]:
        yield TextDelta("Title\n\nOnce upon")
        heard.append(world.listener.text)
        yield from STORY[1:]

    world.model.events = events()
    world.tell()
    assert heard == ["Once upon"]


def test_no_terminal_event(world: StoryWorld) -> None:
    """A stream that ends without its terminal event is an error, and never a story."""
    world.model.events = STORY[:2]
    with pytest.raises(OpenAIError):
        world.tell()
    assert world.stories.kept[STORY_KEY].state is State.FAILED


def test_empty_story(world: StoryWorld) -> None:
    """A model that ends without having written anything has failed."""
    world.model.events = STORY[2:]
    with pytest.raises(OpenAIError):
        world.tell()


def test_failure_keeps_text(world: StoryWorld) -> None:
    """What was let out of a story that fails is kept with the reason."""
    world.break_off(OUTAGE)
    with pytest.raises(OpenAIError):
        world.tell()
    failure = world.stories.kept[STORY_KEY].failure
    assert failure is not None
    assert (failure.reason, failure.released) == ("OPENAI_ERROR", world.listener.text)


def test_bug_is_kept_as_one(world: StoryWorld) -> None:
    """An unforeseen exception ends the story as FAILED, without the exception's words."""
    world.break_off(ZeroDivisionError("private words"))
    with pytest.raises(ZeroDivisionError):
        world.tell()
    failure = world.stories.kept[STORY_KEY].failure
    assert failure is not None
    assert failure.reason == BugError.reason
    assert "private" not in failure.message


def test_failure_that_cannot_be_kept(world: StoryWorld) -> None:
    """The caller hears why the story failed even where the store takes nothing."""
    world.break_off(OUTAGE)
    world.stories.failures["fail"] = DeadlineError("slow", Phase.STORE)
    with pytest.raises(OpenAIError):
        world.tell()


def test_unsaved(world: StoryWorld) -> None:
    """A story that the store does not take in time still reaches its reader."""
    world.stories.failures["complete"] = DeadlineError("slow", Phase.STORE)
    told = world.tell()
    assert told.keeping is Keeping.QUEUED
    assert told.story.story.text == "Once there was a fox."
    assert [each.story for each in world.outbox.unsaved.values()] == [told.story]


def test_costs(world: StoryWorld) -> None:
    """A story is charged at what its answer cost, which its reader and the metrics learn too."""
    told = world.tell()
    assert told.story.cost_micros == COST
    assert world.counters() == Counters(1, 0, reserved=100, settled=COST, given_back=100 - COST)
    assert world.counted(STORY_COST_MICROS) == {("scripted",): COST}


def test_what_is_left(world: StoryWorld) -> None:
    """Each story says how many more its user may have today; a replay takes none."""
    assert world.tell().allowance.remaining == 19
    assert world.tell().allowance.remaining == 19
    assert world.tell(replace(REQUEST, request_id="second")).allowance.remaining == 18


def test_a_failure_is_not_charged(world: StoryWorld) -> None:
    """A story that fails leaves its user and the budget as they were."""
    world.break_off(OUTAGE)
    with pytest.raises(OpenAIError):
        world.tell()
    assert world.counters() == Counters(reserved=100, given_back=100)


def test_one_at_once_here(world: StoryWorld) -> None:
    """While as many as may be are told here, the user's next story is refused unwritten."""
    world.quota = QuotaRule(signed_in=Limits(stories_a_day=20, at_once=1))
    refused: list[int] = []

    def ask_for_another() -> None:
        writes = world.stories.writes
        with pytest.raises(ConcurrencyError):
            world.tell(replace(REQUEST, request_id="second"))
        refused.append(world.stories.writes - writes)

    world.listener.on_heard = ask_for_another
    world.tell()
    assert refused == [0, 0]


def test_room_after_the_end(world: StoryWorld) -> None:
    """When the story ends, well or not, the next one is let in at once."""
    world.quota = QuotaRule(signed_in=Limits(stories_a_day=20, at_once=1))
    world.break_off(OUTAGE)
    with pytest.raises(OpenAIError):
        world.tell()
    world.model = ScriptedModel(STORY)
    assert not world.tell(replace(REQUEST, request_id="second")).replayed
    assert not world.tell(replace(REQUEST, request_id="third")).replayed


def test_the_lease_outlives_a_long_story(world: StoryWorld) -> None:
    """A story that takes longer than its lease is still its attempt's, for it has checkpoints."""
    world.listener.on_heard = lambda: world.timers.pass_time(12)
    world.tell()
    assert world.stories.kept[STORY_KEY].attempt == 1
    assert world.counted(CHECKPOINTS) == {("kept",): 4}


def test_time_for_the_write(world: StoryWorld) -> None:
    """The model's deadline leaves two of the call's seconds for the write."""
    order = world.order()
    world.tell()
    assert world.model.asked[0][1].at == order.deadline.at - 2


def test_late_write(world: StoryWorld) -> None:
    """Past the deadline, the write that ends a story gets 0.4 s, and no more."""
    world.listener.on_heard = lambda: world.clock.advance(60)
    world.tell()
    assert world.stories.timeouts[-1] == 0.4


def test_long_write(world: StoryWorld) -> None:
    """A story that was told early does not wait for its store until the deadline."""
    world.tell()
    assert world.stories.timeouts[-1] == 10


def test_pseudonym(world: StoryWorld) -> None:
    """The model's provider never learns the user's id."""
    world.tell()
    assert "alice" not in world.model.asked[0][2]
    assert len(world.model.asked[0][2]) == 32


def test_replay(world: StoryWorld) -> None:
    """The same request again hears the kept story, and the model is not asked twice."""
    first = world.tell()
    world.listener.pieces.clear()
    again = world.tell()
    assert (again.replayed, again.story) == (True, first.story)
    assert world.listener.text == first.story.story.text
    assert len(world.model.asked) == 1


def test_reused_request_id(world: StoryWorld) -> None:
    """Another request under a known id is refused."""
    world.tell()
    with pytest.raises(RequestIdReusedError):
        world.tell(replace(REQUEST, prompt="a bear"))


def test_in_progress(world: StoryWorld) -> None:
    """The same request while it is being told is refused, with the story's id to follow."""
    world.stories.failures["complete"] = DeadlineError("slow", Phase.STORE)
    world.tell()
    with pytest.raises(InProgressError) as refusal:
        world.tell()
    assert refusal.value.facts == {"storyId": REQUEST.request_id}


def test_lease_over(world: StoryWorld) -> None:
    """A story whose attempt died is taken over once its lease is over."""
    world.stories.failures["complete"] = DeadlineError("slow", Phase.STORE)
    world.tell()
    world.clock.advance(61)
    world.tell()
    assert world.stories.kept[STORY_KEY].attempt == 2


def test_retryable_failure(world: StoryWorld) -> None:
    """A story that failed for a passing reason is told again under the same id."""
    world.break_off(DeadlineError("slow", Phase.IDLE))
    with pytest.raises(DeadlineError):
        world.tell()
    world.model = ScriptedModel(STORY)
    assert world.tell().story.story.title == "The Brave Fox"


def test_lasting_failure(world: StoryWorld) -> None:
    """A story that failed for good answers with the same error, and asks no model."""
    world.break_off(OutputBlockedError("refused"))
    for _ in range(2):
        with pytest.raises(OutputBlockedError, match="refused"):
            world.tell()
    assert len(world.model.asked) == 1


def test_late_writer(world: StoryWorld) -> None:
    """An attempt that was taken over cannot end the story of the one that took over."""

    def taken_over() -> None:
        kept = world.stories.kept[STORY_KEY]
        world.stories.kept[STORY_KEY] = replace(
            kept, fence="another's", holder="another's", attempt=2
        )

    world.listener.on_heard = taken_over
    with pytest.raises(InProgressError):
        world.tell()
    assert world.stories.kept[STORY_KEY].state is State.PROCESSING


def test_measured(world: StoryWorld) -> None:
    """A story's length and times are counted, under its language without the region."""
    world.tell(replace(REQUEST, language="en-GB"))
    measured = {
        series.metric.path: (series.labels, series.value.count)
        for series in world.meter.snapshot().series
        if isinstance(series.value, DistributionValue) and series.value.count
    }
    assert measured == {
        "story/words": (("en",), 1),
        "story/first_token_seconds": ((), 1),
        "story/generation_seconds": ((), 1),
    }


def test_gone_meanwhile(world: StoryWorld) -> None:
    """A story that is deleted between the claim and the look at it is asked for again later."""
    world.tell()
    world.stories.vanish_on_read = True
    with pytest.raises(InProgressError):
        world.tell()


def test_each_wait_gets_what_is_left(world: StoryWorld) -> None:
    """Claiming and reading share one deadline: the second gets what the first has left."""
    world.tell()
    world.stories.on_call = lambda _method: world.clock.advance(6)
    world.tell()
    assert world.stories.timeouts[-2:] == [10, 4]


def test_two_users_one_id(world: StoryWorld) -> None:
    """Another user's story of the same id is none of the caller's."""
    world.tell()
    world.uid = "bob"
    assert not world.tell().replayed


def test_overload_is_named(world: StoryWorld) -> None:
    """A story that timed out for want of memory says so, to its caller and where it is kept."""
    world.model = ScriptedModel(STORY[:1], DeadlineError("slow", Phase.STREAM, Cause.SLOW_MODEL))
    world.load.memory = 0.95
    with pytest.raises(DeadlineError) as error:
        world.tell()
    failure = world.stories.kept[STORY_KEY].failure
    assert failure is not None
    assert error.value.facts == failure.facts == {"phase": "stream", "cause": "overload"}


def test_a_busy_cpu_is_overload(world: StoryWorld) -> None:
    """A call during which the process used a whole CPU timed out for want of CPU."""

    def compute() -> None:
        world.clock.advance(10)
        world.load.cpu += 9.5

    world.listener.on_heard = compute
    world.model = ScriptedModel(STORY[:1], DeadlineError("slow", Phase.STREAM))
    with pytest.raises(DeadlineError) as error:
        world.tell()
    assert error.value.facts["cause"] == "overload"


def test_a_short_call_is_no_overload(world: StoryWorld) -> None:
    """A call that failed within a second used its CPU for itself: that is no overload."""

    def compute() -> None:
        world.clock.advance(0.1)
        world.load.cpu += 0.1

    world.listener.on_heard = compute
    world.model = ScriptedModel(STORY[:1], DeadlineError("slow", Phase.STREAM))
    with pytest.raises(DeadlineError) as error:
        world.tell()
    assert "cause" not in error.value.facts


def test_a_slow_model_is_no_overload(world: StoryWorld) -> None:
    """On an idle instance the cause stays what the adapter saw."""
    world.model = ScriptedModel(STORY[:1], DeadlineError("slow", Phase.STREAM, Cause.SLOW_MODEL))
    with pytest.raises(DeadlineError) as error:
        world.tell()
    assert error.value.facts["cause"] == "slow_model"


def test_too_late_to_begin(world: StoryWorld) -> None:
    """A request that waited for a thread until its time was over asks neither store nor model."""
    world.queued = 28.0
    with pytest.raises(DeadlineError) as error:
        world.tell()
    assert error.value.facts == {"phase": "admission", "cause": "overload"}
    assert (world.stories.kept, world.stories.timeouts) == ({}, [])
