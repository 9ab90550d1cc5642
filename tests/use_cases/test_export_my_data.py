"""Showing a user what is kept of them."""

import pytest

from conteur.domain.deadline import Deadline
from conteur.errors import DeadlineError, Phase
from conteur.use_cases.export_my_data import CALL_SECONDS, Exported, ExportMyData
from tests.fake_library import FakeLibrary
from tests.use_cases.conftest import DAY, REQUEST, StoryWorld

STORY, QUOTA = f"stories/{REQUEST.request_id}", f"quota/{DAY}"


class ExportWorld(StoryWorld):
    """A user with one story."""

    def __init__(self) -> None:
        self.library = FakeLibrary(notes={"alice": {"reason": "spam"}})
        super().__init__(stories=self.library)
        self.tell()
        del self.library.timeouts[:]

    def export(
        self, after: str = "", most: int = 9, uid: str = "alice", seconds: float = 20.0
    ) -> Exported:
        deadline = Deadline(self.clock.monotonic() + seconds)
        return ExportMyData(self.library, self.clock)(uid, after, most, deadline)


def paths(exported: Exported) -> list[str]:
    return [document.path for document in exported.page.documents]


@pytest.fixture
def world() -> ExportWorld:
    return ExportWorld()


def test_all_that_is_kept(world: ExportWorld) -> None:
    """The first page begins with all there is, and what is noted of a blocked user."""
    exported = world.export()
    assert paths(exported) == [QUOTA, STORY]
    assert (exported.page.last, exported.blocked) == ("", {"reason": "spam"})


def test_page_by_page(world: ExportWorld) -> None:
    """A later page goes on where the one before ended, and repeats no note."""
    first = world.export(most=1)
    second = world.export(first.page.last, most=1)
    assert (paths(first), paths(second)) == ([QUOTA], [STORY])
    assert (second.page.last, second.blocked) == ("", None)


def test_nothing_of_anybody_else(world: ExportWorld) -> None:
    """A user without documents sees none, whatever others have."""
    exported = world.export(uid="bob")
    assert (paths(exported), exported.blocked) == ([], None)


@pytest.mark.parametrize("method", ["page", "blocked"])
def test_a_store_that_is_down(world: ExportWorld, method: str) -> None:
    """An export is whole or none."""
    world.library.failures[method] = DeadlineError("slow", Phase.STORE)
    with pytest.raises(DeadlineError):
        world.export()


def test_no_call_is_waited_for_too_long(world: ExportWorld) -> None:
    """Each call gets its own bound, or what is left of the deadline."""
    world.export()
    world.export(seconds=4.0)
    assert world.library.timeouts == [CALL_SECONDS] * 2 + [4.0] * 2
