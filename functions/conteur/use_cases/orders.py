"""What a story is asked with, who hears it, and what comes of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from conteur.domain.deadline import Deadline
from conteur.domain.story import FinishedStory
from conteur.domain.story_request import StoryRequest
from conteur.use_cases.ports import Cancellation


@dataclass(frozen=True, slots=True)
class StoryOrder:
    """Who wants which story, and by when.

    `received` is when the request arrived (monotonic seconds), `queued` the seconds that it
    then waited for a thread.
    """

    uid: str
    request: StoryRequest
    received: float
    deadline: Deadline
    cancellation: Cancellation
    queued: float = 0.0


@dataclass(frozen=True, slots=True)
class ToldStory:
    """The answer: `kept` is False where the store did not take the story in time."""

    story_id: str
    story: FinishedStory
    replayed: bool = False
    kept: bool = True


Heard = Callable[[str], None]
"""Hears the next piece of a story's text."""


class TextListener(Protocol):
    """Hears a story's text, and again from its beginning where it was taken back."""

    def heard(self, text: str) -> None:
        """Here is the next piece of its text; the pieces together are the text."""

    def taken_back(self) -> None:
        """All pieces so far are void: another attempt tells the story from its beginning."""


class Listener(TextListener, Protocol):
    """Hears a story while it is told."""

    def started(self, story_id: str) -> None:
        """The story has its id, and can be followed in the store."""
