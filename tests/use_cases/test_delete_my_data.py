"""Deleting all that is kept of a user."""

import json
from dataclasses import replace

import pytest

from conteur.domain.deadline import Deadline
from conteur.domain.lease import LEASE_SECONDS
from conteur.domain.quota import Limits, QuotaRule, Standing
from conteur.domain.story import UnsavedStory
from conteur.errors import ConteurError, DeadlineError, Phase, StoryNotFoundError, UserQuotaError
from conteur.telemetry.library_metrics import STORIES_DELETED
from conteur.use_cases.admit_story import Admitted
from conteur.use_cases.delete_my_data import DeleteMyData
from conteur.use_cases.library_ports import Erased
from conteur.use_cases.save_story import SaveStory
from tests.fake_library import FakeLibrary
from tests.stories import FINISHED
from tests.use_cases.conftest import COST, DAY, REQUEST, Counters, StoryWorld

YESTERDAY, TOMORROW = "2025-12-31", "2026-01-02"


class ErasureWorld(StoryWorld):
    """A user who wants to be forgotten."""

    def __init__(self) -> None:
        self.library = FakeLibrary()
        super().__init__(stories=self.library)

    def erase(self, uid: str = "alice") -> Erased:
        deadline = Deadline(self.clock.monotonic() + 20)
        return DeleteMyData(self.library, self.clock, self.meter)(uid, deadline)


@pytest.fixture
def world() -> ErasureWorld:
    return ErasureWorld()


def test_what_stays(world: ErasureWorld) -> None:
    """Only the counters stay that limit the user today and tomorrow, and what all have spent."""
    world.tell()
    for day in (YESTERDAY, TOMORROW):
        world.library.standings["alice", day] = Standing(stories=1)
    assert world.erase() == Erased(2, 1, complete=True)
    assert world.library.kept == {}
    assert world.library.standings.keys() == {("alice", DAY), ("alice", TOMORROW)}
    assert world.counters() == Counters(1, 0, reserved=100, settled=COST, given_back=100 - COST)
    assert world.counted(STORIES_DELETED) == {("delete_my_data",): 1}


def test_again(world: ErasureWorld) -> None:
    """What is deleted already is not deleted or counted again."""
    world.tell()
    world.erase()
    assert world.erase() == Erased(0, 0, complete=True)
    assert world.counted(STORIES_DELETED) == {("delete_my_data",): 1}


def test_nothing_of_anybody_else(world: ErasureWorld) -> None:
    """Another user's stories stay."""
    world.tell()
    assert world.erase("bob") == Erased(0, 0, complete=True)
    assert len(world.library.kept) == 1


def test_several_calls(world: ErasureWorld) -> None:
    """Where there is more than one call can delete, its answer says so, and the next goes on."""
    world.library.erased_at_once = 1
    world.tell()
    world.library.standings["alice", YESTERDAY] = Standing(stories=1)
    assert [world.erase().complete for _ in range(3)] == [False, True, True]
    assert world.counted(STORIES_DELETED) == {("delete_my_data",): 1}


def test_a_story_that_is_being_told(world: ErasureWorld) -> None:
    """It goes, and stays charged; whatever its attempt does then, it does not come back."""
    admitted = world.admit()(world.order())
    assert isinstance(admitted, Admitted)
    world.erase()
    with pytest.raises(StoryNotFoundError):
        world.library.complete(admitted.lease, FINISHED, 1)
    unsaved = UnsavedStory("alice", REQUEST.request_id, admitted.lease.holder, FINISHED)
    SaveStory(world.library, world.clock, world.meter)(unsaved)
    assert world.library.kept == {}
    assert world.counters() == Counters(stories=1, reserved=100, settled=100)


def test_an_attempt_that_is_dead(world: ErasureWorld) -> None:
    """What nobody tells any more is not charged."""
    assert isinstance(world.admit()(world.order()), Admitted)
    world.clock.advance(LEASE_SECONDS)
    world.erase()
    assert world.counters() == Counters(reserved=100, given_back=100)


def test_no_story_is_free(world: ErasureWorld) -> None:
    """Whoever erases each story while it is told hears no more of them than the day's."""

    def erase() -> None:
        world.erase()

    world.listener.on_heard = erase
    world.quota = QuotaRule(signed_in=Limits(stories_a_day=3, at_once=1))
    ends = []
    for number in range(10):
        request_id = f"{number:08}-0000-4000-8000-000000000000"
        with pytest.raises(ConteurError) as error:
            world.tell(replace(REQUEST, request_id=request_id))
        ends.append(type(error.value))
    assert ends == [StoryNotFoundError] * 3 + [UserQuotaError] * 7
    assert world.counters().stories == 3


def test_a_call_whose_story_goes(world: ErasureWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever hears the story then is told that it is gone; no error is logged for it."""
    erased: list[Erased] = []
    world.listener.on_heard = lambda: erased.append(world.erase())
    with pytest.raises(StoryNotFoundError):
        world.tell()
    assert (world.library.kept, world.outbox.unsaved) == ({}, {})
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["severity"] for line in lines} == {"INFO"}
    assert world.counters() == Counters(stories=1, reserved=100, settled=100)


def test_a_checkpoint_of_what_is_gone(
    world: ErasureWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first checkpoint that finds no document is the last one."""

    def erase() -> None:
        world.erase()
        world.timers.pass_time(11)

    world.listener.on_heard = erase
    calls: list[str] = []
    world.library.on_call = calls.append
    with pytest.raises(StoryNotFoundError):
        world.tell()
    assert calls.count("checkpoint") == 1
    assert "ERROR" not in capsys.readouterr().out


def test_a_store_that_is_down(world: ErasureWorld) -> None:
    """A store that does not answer is a reason to call again."""
    world.library.failures["erase"] = DeadlineError("slow", Phase.STORE)
    with pytest.raises(DeadlineError):
        world.erase()
    assert world.counted(STORIES_DELETED) == {}


def test_the_log_names_nobody(world: ErasureWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """What was done is logged, and of whom is not."""
    world.tell()
    world.erase()
    *_, line = capsys.readouterr().out.splitlines()
    told = json.loads(line)
    assert (told["event"], told["documents"], told["complete"]) == ("user.erased", 1, True)
    assert "alice" not in line
