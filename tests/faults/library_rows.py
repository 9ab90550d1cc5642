"""Firestore is down, slow or silent when users rate, delete or take home their stories."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.clients.app import App
from tests.faults.endings import Ending, answered, refused
from tests.faults.errors import timeout
from tests.faults.rows import QUICK_SECONDS, Break
from tests.faults.seen import REPEATED
from tests.faults.store_rows import down, flaps, loses_answer, silent, slow
from tests.faults.world import World

CALL_SECONDS = 3.0  # that a call may take, in place of more
LATEST_SECONDS = CALL_SECONDS + 1
OUT_OF_REACH = timeout("store", cause="network")
NO_ANSWER = timeout("store")

STARS = 4


@dataclass(frozen=True)
class Function:
    """A function, its request about the user's only story, and what a good call leaves behind."""

    name: str
    request: Callable[[str], Mapping[str, object]]
    events: tuple[str, ...]
    counts: Mapping[str, int]
    deletes: bool = False

    def __str__(self) -> str:
        return self.name

    def succeeds(self, *events: str) -> Ending:
        """Return how a call ends that goes well, after these events."""
        return answered(self.name, *events, *self.events, **self.counts)

    def has_done(self, app: App) -> bool:
        """Tell whether it has done with the user's story what it is for."""
        stories = list(app.stories.all().values())
        if self.deletes:
            return not stories
        rated = [story.get("rating", {}).get("stars") for story in stories]
        return rated == [STARS if self.name == "rate_story" else None]


FUNCTIONS = (
    Function(
        "rate_story",
        lambda story_id: {"storyId": story_id, "rating": STARS},
        (),
        {f"story/ratings {STARS}": 1},
    ),
    Function(
        "delete_story",
        lambda story_id: {"storyId": story_id},
        ("INFO story.deleted",),
        {"story/deleted delete_story": 1},
        deletes=True,
    ),
    Function("export_my_data", lambda _story_id: {}, (), {}),
    Function(
        "delete_my_data",
        lambda _story_id: {"confirm": True},
        ("INFO user.erased",),
        {"story/deleted delete_my_data": 1},
        deletes=True,
    ),
)


@dataclass(frozen=True)
class LibraryRow:
    """One fault, and how each function ends with it, within `seconds`."""

    name: str
    breaks: Break
    ending: Callable[[Function], Ending]
    seconds: float = LATEST_SECONDS

    def __str__(self) -> str:
        return self.name


def repeats(function: Function) -> Ending:
    """Return the ending of a call that comes through in the end."""
    return function.succeeds(REPEATED)


def loses_second_answer(world: World) -> None:
    """Lose the answer to the write of those functions that write."""
    world.store.lose_answer(after=1)


ROWS = (
    LibraryRow(
        "Firestore down",
        down,
        lambda function: refused(OUT_OF_REACH, REPEATED, function=function.name),
    ),
    LibraryRow(
        "Firestore silent", silent, lambda function: refused(NO_ANSWER, function=function.name)
    ),
    LibraryRow("Firestore slow", slow, Function.succeeds, QUICK_SECONDS),
    LibraryRow("Firestore flapping", flaps, repeats),
    LibraryRow("reading's answer lost", loses_answer, repeats),
    LibraryRow("second answer lost", loses_second_answer, repeats),
)
