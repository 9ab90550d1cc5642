"""What a story is asked with, who hears it, and what comes of it."""

from dataclasses import dataclass
from typing import Protocol

from conteur.domain.deadline import Deadline
from conteur.domain.story import FinishedStory
from conteur.domain.story_request import StoryRequest


@dataclass(frozen=True, slots=True)
class StoryOrder:
    """Who wants which story, and by when."""

    uid: str
    request: StoryRequest
    received: float
    deadline: Deadline


@dataclass(frozen=True, slots=True)
class ToldStory:
    """The answer: `kept` is False where the store did not take the story in time."""

    story_id: str
    story: FinishedStory
    replayed: bool = False
    kept: bool = True


class Listener(Protocol):
    """Hears the story while it is told."""

    def started(self, story_id: str) -> None:
        """The story has its id, and can be followed in the store."""

    def heard(self, text: str) -> None:
        """Here is the next piece of its text; the pieces together are the text."""
