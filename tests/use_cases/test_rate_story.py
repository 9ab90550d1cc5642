"""Rating a story: once, changed ever after, and counted as both."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from conteur.domain.deadline import Deadline
from conteur.domain.rating import Rating
from conteur.errors import ConteurError, DeadlineError, InProgressError, Phase, StoryNotFoundError
from conteur.telemetry.library_metrics import RATING_CHANGES, RATINGS
from conteur.use_cases.rate_story import CALL_SECONDS, TRIES, RateStory
from tests.fake_library import FakeLibrary
from tests.use_cases.conftest import REQUEST, StoryWorld

KEY = ("alice", REQUEST.request_id)
LATE = DeadlineError("slow", Phase.STORE)


class RatingWorld(StoryWorld):
    """A story that was told, and its user."""

    def __init__(self) -> None:
        self.library = FakeLibrary()
        super().__init__(stories=self.library)
        self.tell()
        self.seconds = 20.0

    def rate(self, stars: int, reason: str = "", uid: str = "alice") -> bool:
        self.clock.advance(1)
        rating = RateStory(self.library, self.clock, self.meter)
        deadline = Deadline(self.clock.monotonic() + self.seconds)
        return rating(uid, REQUEST.request_id, stars, reason, deadline)

    def meanwhile(self, method: str, act: Callable[[], object], *, after: bool = False) -> None:
        """Do something once, when the next call of `method` comes, or when it was answered."""
        acts = iter([act])

        def hear(called: str) -> None:
            for each in acts if called == method else ():
                each()

        self.library.on_call, self.library.on_answer = _nothing, _nothing
        setattr(self.library, "on_answer" if after else "on_call", hear)

    @property
    def rating(self) -> tuple[int, str] | None:
        kept = self.library.ratings.get(KEY)
        return (kept.stars, kept.reason) if kept else None

    def counts(self) -> tuple[dict[tuple[str, ...], int], dict[tuple[str, ...], int]]:
        return self.counted(RATINGS), self.counted(RATING_CHANGES)


def _nothing(_method: str) -> None:
    pass


@pytest.fixture
def world() -> RatingWorld:
    return RatingWorld()


def test_a_first_rating(world: RatingWorld) -> None:
    """A first rating is kept with its reason and its time, and counted by its stars."""
    assert not world.rate(4, "a brave fox")
    assert world.library.ratings[KEY] == Rating(4, "a brave fox", world.clock.now())
    assert world.counts() == ({("4",): 1}, {})


def test_a_changed_rating(world: RatingWorld) -> None:
    """Other stars take the place of the first ones, and are counted as a move."""
    world.rate(2)
    assert world.rate(5)
    assert world.rating == (5, "")
    assert world.counts() == ({("2",): 1}, {("2", "5"): 1})


def test_another_reason(world: RatingWorld) -> None:
    """A new reason for the same stars is kept; the satisfaction has not moved."""
    world.rate(4)
    assert world.rate(4, "on second thoughts")
    assert world.rating == (4, "on second thoughts")
    assert world.counts() == ({("4",): 1}, {})


def test_the_same_again(world: RatingWorld) -> None:
    """The same stars and reason write nothing and count nothing."""
    world.rate(4, "a brave fox")
    before = (world.library.writes, world.library.ratings[KEY])
    assert not world.rate(4, "a brave fox")
    assert (world.library.writes, world.library.ratings[KEY]) == before
    assert world.counts() == ({("4",): 1}, {})


def test_nobody_rates_anothers_story(world: RatingWorld) -> None:
    """A story of another user is as good as none."""
    with pytest.raises(StoryNotFoundError) as error:
        world.rate(1, uid="bob")
    assert error.value.facts == {"storyId": REQUEST.request_id}
    assert (world.rating, world.counts()) == (None, ({}, {}))


@pytest.mark.parametrize("state", ["PROCESSING", "FAILED"])
def test_only_a_completed_story_is_rated(world: RatingWorld, state: str) -> None:
    """What is being told, or has failed, cannot be rated."""
    kept = world.library.kept[KEY]
    world.library.kept[KEY] = replace(kept, state=type(kept.state)(state), finished=None)
    with pytest.raises(StoryNotFoundError):
        world.rate(3)
    assert world.rating is None


def test_two_at_once(world: RatingWorld) -> None:
    """Of two ratings at the same moment the later one changes the earlier one."""
    world.meanwhile("rate", lambda: world.rate(2))
    assert world.rate(5)
    assert world.counts() == ({("2",): 1}, {("2", "5"): 1})


def test_a_change_of_a_change(world: RatingWorld) -> None:
    """A rating that changes another one, which came between, moves what that one said."""
    world.rate(1)
    world.meanwhile("rate", lambda: world.rate(2))
    assert world.rate(5)
    assert world.counts() == ({("1",): 1}, {("1", "2"): 1, ("2", "5"): 1})


def test_the_same_twice_at_once(world: RatingWorld) -> None:
    """Two taps on the same star are one rating."""
    world.meanwhile("rate", lambda: world.rate(5))
    assert not world.rate(5)
    assert world.counts() == ({("5",): 1}, {})


@pytest.mark.parametrize("before", [None, 2])
def test_a_lost_answer(world: RatingWorld, before: int | None) -> None:
    """A rating that was taken, and whose answer was lost, is known again, and counted once."""
    if before:
        world.rate(before)

    def lose() -> None:
        raise LATE

    world.meanwhile("rate", lose, after=True)
    assert world.rate(5) is bool(before)
    moved = {("2", "5"): 1} if before else {}
    assert world.counts() == ({(str(before or 5),): 1}, moved)


def test_the_owner_marks_a_favourite_meanwhile(world: RatingWorld) -> None:
    """A write of the owner's own between the look and the rating does not hinder it."""
    world.meanwhile("rate", lambda: world.library._write(world.library.kept[KEY]))  # noqa: SLF001 - as Firestore's rules let the owner write
    assert not world.rate(3)
    assert world.rating == (3, "")


def test_a_story_that_never_stands_still(world: RatingWorld) -> None:
    """Whoever is never first is asked to come again, and nothing is counted."""
    calls: list[str] = []

    def move(method: str) -> None:
        calls.append(method)
        if method == "rate":
            world.library._write(world.library.kept[KEY])  # noqa: SLF001 - likewise

    world.library.on_call = move
    with pytest.raises(InProgressError):
        world.rate(3)
    assert calls == ["find", "rate"] * TRIES
    assert world.counts() == ({}, {})


def test_a_story_that_is_deleted_meanwhile(world: RatingWorld) -> None:
    """A rating does not bring a deleted story back."""
    world.meanwhile("rate", lambda: world.library.erase("alice", frozenset(), world.clock.now(), 1))
    with pytest.raises(StoryNotFoundError):
        world.rate(3)
    assert (world.library.kept, world.library.ratings) == ({}, {})


@pytest.mark.parametrize(
    ("method", "seconds", "error"),
    [("find", 20.0, DeadlineError), ("rate", 0.0, DeadlineError)],
)
def test_a_store_that_is_down(
    world: RatingWorld, method: str, seconds: float, error: type[ConteurError]
) -> None:
    """A store that does not answer, or has no time left to, is a reason to call again."""
    world.seconds = seconds
    world.library.failures[method] = LATE
    with pytest.raises(error):
        world.rate(3)
    assert world.counts() == ({}, {})


def test_no_call_is_waited_for_too_long(world: RatingWorld) -> None:
    """Each call gets its own bound, or what is left of the deadline."""
    del world.library.timeouts[:]
    world.rate(3)
    world.seconds = 4.0
    world.rate(4)
    assert world.library.timeouts == [CALL_SECONDS] * 2 + [4.0] * 2
