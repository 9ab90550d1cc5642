"""What a story is asked with, who hears it, and what comes of it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from conteur.domain.deadline import Deadline
from conteur.domain.quota import Allowance
from conteur.domain.story import FinishedStory
from conteur.domain.story_request import StoryRequest
from conteur.use_cases.ports import Cancellation


@dataclass(frozen=True, slots=True)
class StoryOrder:
    """Who wants which story, and by when; `anonymous` users have limits of their own.

    `received` is when the request arrived (monotonic seconds), `queued` the seconds that it
    then waited for a thread.
    """

    uid: str
    request: StoryRequest
    received: float
    deadline: Deadline
    cancellation: Cancellation
    queued: float = 0.0
    anonymous: bool = False


class Keeping(Enum):
    """Where a story is that was told."""

    KEPT = auto()  # in the store
    QUEUED = auto()  # in the outbox: it will be in the store later
    LOST = auto()  # nowhere but in the answer


@dataclass(frozen=True, slots=True)
class ToldStory:
    """The answer, and what is left to the user of the day's stories."""

    story_id: str
    story: FinishedStory
    allowance: Allowance
    replayed: bool = False
    keeping: Keeping = Keeping.KEPT


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
