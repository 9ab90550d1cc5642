"""What an instance knows of its users: enough to refuse at once, never for longer than is right."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from conteur.domain.quota import Excess, Limits, next_day
from conteur.errors import ConcurrencyError, QuotaError, UserQuotaError
from conteur.use_cases import door as module
from conteur.use_cases.door import AT_ONCE_SECONDS, LONGEST_MEMORY_SECONDS, Door
from tests.fakes import FakeClock
from tests.use_cases.hammering import AT_ONCE, Hammering

LIMITS = Limits(stories_a_day=20, at_once=2)


class DoorUnderTest(Door):
    """A door, its clock, and what it says of alice."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        super().__init__(self.clock)

    def says(self, limits: Limits = LIMITS) -> QuotaError | None:
        return self.look("alice", limits)

    def look(self, uid: str, limits: Limits = LIMITS) -> QuotaError | None:
        """Ask for another story, and leave at once."""
        refusal = self.enter(uid, "another", limits)
        if refusal is None:
            self.leave(uid, "another")
        return refusal

    def over(self, uid: str, over: Excess) -> QuotaError:
        """Refuse a story that begins now."""
        return self.refuse(uid, LIMITS, over, self.clock.now())

    @contextmanager
    def inside(self, uid: str, story_id: str = "one") -> Iterator[None]:
        """Have a story told."""
        assert self.enter(uid, story_id, LIMITS) is None
        with self.telling(uid, story_id, LIMITS):
            yield


@pytest.fixture
def door() -> DoorUnderTest:
    return DoorUnderTest()


def test_nobody_is_known(door: DoorUnderTest) -> None:
    """Who has not been refused here, and has no story here, is let in."""
    assert door.says() is None


def test_a_story_too_many_here(door: DoorUnderTest) -> None:
    """Who has as many stories told here as may be is refused, until one of them ends."""
    with door.inside("alice", "one"):
        with door.inside("alice", "two"):
            assert isinstance(door.says(), ConcurrencyError)
            assert door.look("bob") is None
        assert door.says() is None


def test_a_story_on_its_way_in_counts(door: DoorUnderTest) -> None:
    """A story takes its place before it has raised the counter, and gives it up when it leaves."""
    only = Limits(stories_a_day=3, at_once=1)
    assert door.enter("alice", "one", only) is None
    assert isinstance(door.says(only), ConcurrencyError)
    door.leave("alice", "one")
    assert door.says(only) is None


def test_the_same_story_again(door: DoorUnderTest) -> None:
    """A story that is inside is no second one: its calls come and go as one."""
    with door.inside("alice", "one"), door.inside("alice", "two"):
        assert door.enter("alice", "two", LIMITS) is None
        door.leave("alice", "two")
        assert isinstance(door.says(), ConcurrencyError)


def test_fewer_at_once_for_anonymous_users(door: DoorUnderTest) -> None:
    """The limits are those of the user who asks."""
    with door.inside("alice"):
        assert isinstance(door.says(Limits(stories_a_day=3, at_once=1)), ConcurrencyError)


def test_too_many_elsewhere(door: DoorUnderTest) -> None:
    """Who was refused for too many stories at once is refused until they are told to come back."""
    assert door.over("alice", Excess.AT_ONCE).retry_after_seconds == AT_ONCE_SECONDS
    door.clock.advance(AT_ONCE_SECONDS - 0.1)
    assert isinstance(door.says(), ConcurrencyError)
    door.clock.advance(0.1)
    assert door.says() is None


def test_the_day_is_used_up(door: DoorUnderTest) -> None:
    """Who had the day's stories is let in after a minute: one may have failed elsewhere."""
    door.over("alice", Excess.STORIES)
    door.clock.advance(LONGEST_MEMORY_SECONDS - 0.1)
    assert isinstance(door.says(), UserQuotaError)
    door.clock.advance(0.1)
    assert door.says() is None


def test_refusals_are_dropped(door: DoorUnderTest) -> None:
    """Who was refused is let in to ask the store again, but stories that are told here count."""
    door.over("alice", Excess.STORIES)
    with door.inside("bob", "one"), door.inside("bob", "two"):
        door.drop()
        assert door.says() is None
        assert isinstance(door.look("bob"), ConcurrencyError)


def test_midnight_ends_it(door: DoorUnderTest) -> None:
    """Nobody is refused on the next day for what they had on this one."""
    left = next_day(door.clock.now()) - door.clock.now() - timedelta(seconds=10)
    door.clock.advance(left.total_seconds())
    assert door.over("alice", Excess.STORIES).retry_after_seconds == 10
    door.clock.advance(10)
    assert door.says() is None


def test_a_story_that_ends_makes_room(door: DoorUnderTest) -> None:
    """When a story of a refused user ends here, the user is let in at once."""
    with door.inside("alice"):
        door.over("alice", Excess.STORIES)
        assert isinstance(door.says(), UserQuotaError)
    assert door.says() is None


def test_a_story_that_began_before_midnight(door: DoorUnderTest) -> None:
    """A refusal that comes after midnight is that of the day before, and over at once."""
    yesterday = door.clock.now() - timedelta(days=1)
    assert door.refuse("alice", LIMITS, Excess.STORIES, yesterday).retry_after_seconds == 0
    assert door.says() is None


def test_who_signs_up_has_other_limits(door: DoorUnderTest) -> None:
    """What an anonymous user was refused says nothing of the same user with a name."""
    door.over("alice", Excess.STORIES)
    assert door.says(Limits(stories_a_day=30, at_once=2)) is None


def test_few_are_remembered(door: DoorUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crowd of refused users costs no more memory: who was refused longest ago is forgotten."""
    monkeypatch.setattr(module, "MOST_REMEMBERED", 2)
    for uid in ("alice", "bob", "alice", "carol"):
        door.over(uid, Excess.STORIES)
    known = [uid for uid in ("alice", "bob", "carol") if door.look(uid)]
    assert known == ["alice", "carol"]


@pytest.mark.parametrize(("story_seconds", "window"), [(10, 20), (1, 10)])
def test_refusals_do_not_cause_refusals(story_seconds: float, window: float) -> None:
    """Twenty callers who ask again at once do not keep their user from what the limit allows."""
    hammering = Hammering(story_seconds, window)
    share = hammering.share()
    print(f"{share:.1%} of what the limit allows, in stories of {story_seconds} s")  # noqa: T201
    assert share > 0.9
    assert hammering.most_at_once == AT_ONCE
