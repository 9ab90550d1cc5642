"""Deleting a story: for good, once, and never while it is told."""

import pytest

from conteur.domain.deadline import Deadline
from conteur.domain.lease import LEASE_SECONDS
from conteur.domain.story import UnsavedStory
from conteur.errors import DeadlineError, InProgressError, Phase, StoryNotFoundError
from conteur.telemetry.library_metrics import STORIES_DELETED
from conteur.telemetry.registry import STORIES_SAVED_LATE
from conteur.use_cases.admit_story import Admitted
from conteur.use_cases.delete_story import CALL_SECONDS, TRIES, DeleteStory
from conteur.use_cases.save_story import SaveStory
from tests.fake_library import FakeLibrary
from tests.stories import FINISHED
from tests.use_cases.conftest import COST, REQUEST, Counters, StoryWorld

KEY = ("alice", REQUEST.request_id)
LATE = DeadlineError("slow", Phase.STORE)
ONE = {("delete_story",): 1}


class DeletionWorld(StoryWorld):
    """A user with stories to delete."""

    def __init__(self) -> None:
        self.library = FakeLibrary()
        super().__init__(stories=self.library)

    def begin(self) -> Admitted:
        admitted = self.admit()(self.order())
        assert isinstance(admitted, Admitted)
        return admitted

    def delete(self, uid: str = "alice", seconds: float = 20.0) -> bool:
        deadline = Deadline(self.clock.monotonic() + seconds)
        return DeleteStory(self.library, self.clock, self.meter)(uid, REQUEST.request_id, deadline)


@pytest.fixture
def world() -> DeletionWorld:
    return DeletionWorld()


def test_a_completed_story(world: DeletionWorld) -> None:
    """A story that was told is gone, and what it has cost stays counted."""
    world.tell()
    assert world.delete()
    assert world.library.kept == {}
    assert world.counters() == Counters(1, 0, reserved=100, settled=COST, given_back=100 - COST)
    assert world.counted(STORIES_DELETED) == ONE


def test_a_story_that_is_not_there(world: DeletionWorld) -> None:
    """Deleting what is not there, or not any more, is no error, and is not counted."""
    assert not world.delete()
    world.tell()
    world.delete()
    assert not world.delete()
    assert world.counted(STORIES_DELETED) == ONE


def test_anothers_story(world: DeletionWorld) -> None:
    """To another user the story is not there."""
    world.tell()
    assert not world.delete(uid="bob")
    assert KEY in world.library.kept


def test_a_story_that_is_being_told(world: DeletionWorld) -> None:
    """While its lease is alive a story stays."""
    world.begin()
    with pytest.raises(InProgressError) as error:
        world.delete()
    assert error.value.facts == {"storyId": REQUEST.request_id}
    assert KEY in world.library.kept
    assert world.counted(STORIES_DELETED) == {}


def test_a_dead_attempts_story(world: DeletionWorld) -> None:
    """Once its lease is over it goes, with what it held."""
    world.begin()
    world.clock.advance(LEASE_SECONDS)
    assert world.delete()
    assert (world.library.kept, world.counters()) == ({}, Counters(reserved=100, given_back=100))


def test_an_attempt_that_wakes_up(world: DeletionWorld) -> None:
    """An attempt that only seemed dead does not bring its story back, nor settle it."""
    lease = world.begin().lease
    world.clock.advance(LEASE_SECONDS)
    world.delete()
    with pytest.raises(StoryNotFoundError):
        world.library.complete(lease, FINISHED, 1)
    unsaved = UnsavedStory(*KEY, lease.holder, FINISHED)
    SaveStory(world.library, world.clock, world.meter)(unsaved)
    assert (world.library.kept, world.counters()) == ({}, Counters(reserved=100, given_back=100))
    assert world.counted(STORIES_SAVED_LATE) == {("nothing",): 1}


def test_a_lost_answer(world: DeletionWorld) -> None:
    """A deletion that was taken, and whose answer was lost, is known by what is missing."""
    world.tell()

    def lose(method: str) -> None:
        if method == "remove":
            raise LATE

    world.library.on_answer = lose
    assert world.delete()
    assert world.counted(STORIES_DELETED) == ONE


def test_a_story_that_is_taken_over_meanwhile(world: DeletionWorld) -> None:
    """A story that begins again between the look and the deletion is left to its attempt."""
    world.begin()
    world.clock.advance(LEASE_SECONDS)

    def take_over(method: str) -> None:
        if method == "remove" and world.counters().reserved == 100:
            world.begin()

    world.library.on_call = take_over
    with pytest.raises(InProgressError):
        world.delete()
    assert world.counters() == Counters(1, 1, reserved=200, given_back=100)


def test_a_story_that_never_stands_still(world: DeletionWorld) -> None:
    """Whoever is never first is asked to come again."""
    world.tell()
    calls: list[str] = []

    def move(method: str) -> None:
        calls.append(method)
        if method == "remove":
            world.library._write(world.library.kept[KEY])  # noqa: SLF001 - as Firestore's rules let the owner write

    world.library.on_call = move
    with pytest.raises(InProgressError):
        world.delete()
    assert calls == ["find", "remove"] * TRIES
    assert world.counted(STORIES_DELETED) == {}


@pytest.mark.parametrize(("method", "seconds"), [("find", 20.0), ("remove", 0.0)])
def test_a_store_that_is_down(world: DeletionWorld, method: str, seconds: float) -> None:
    """A store that does not answer in time is a reason to call again."""
    world.tell()
    world.library.failures[method] = LATE
    with pytest.raises(DeadlineError):
        world.delete(seconds=seconds)
    assert world.counted(STORIES_DELETED) == {}


def test_no_call_is_waited_for_too_long(world: DeletionWorld) -> None:
    """Each call gets its own bound, or what is left of the deadline."""
    world.tell()
    del world.library.timeouts[:]
    world.delete()
    world.delete(seconds=4.0)
    assert world.library.timeouts == [CALL_SECONDS, CALL_SECONDS, 4.0]
