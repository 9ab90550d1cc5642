"""What a story is asked with, who hears it, and what comes of it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from conteur.domain.chapter import Sequel
from conteur.domain.deadline import Deadline
from conteur.domain.knobs import Knobs
from conteur.domain.prompt import Prompt
from conteur.domain.quota import Allowance, Limits, Tier
from conteur.domain.story import FinishedStory
from conteur.domain.story_request import StoryRequest
from conteur.errors import ConteurError
from conteur.use_cases.ports import Cancellation


@dataclass(frozen=True, slots=True)
class Wish:
    """What a caller asks for; `given` has the names of the members that their app sent.

    `received` is when the request arrived (monotonic seconds), `queued` the seconds that it
    then waited for a thread. `address` is the client's IP address, empty where it is unknown.
    """

    uid: str
    request: StoryRequest
    received: float
    cancellation: Cancellation
    given: frozenset[str] = frozenset()
    queued: float = 0.0
    tier: Tier = Tier.SIGNED_IN
    address: str = ""


@dataclass(frozen=True, slots=True)
class StoryOrder:
    """A wish with all that it takes to tell it, decided once: later looks agree with it.

    `request` has what a continuation takes over from the story before; `fingerprint` is of the
    request as it was sent. `refusal` is why no new story may be told; one that is kept is
    replayed all the same.
    """

    wish: Wish
    request: StoryRequest
    fingerprint: str
    deadline: Deadline
    knobs: Knobs
    prompt: Prompt
    sequel: Sequel | None = None
    refusal: ConteurError | None = None

    @property
    def uid(self) -> str:
        """Return whose story it is."""
        return self.wish.uid

    @property
    def cancellation(self) -> Cancellation:
        """Return what tells whether the caller still waits."""
        return self.wish.cancellation

    @property
    def limits(self) -> Limits:
        """Return what the user may have."""
        return self.knobs.quota.limits(self.wish.tier)


class Keeping(StrEnum):
    """Where a story is that was told: the logs' name for it."""

    KEPT = "completed"  # in the store
    QUEUED = "queued"  # in the outbox: it will be in the store later
    LOST = "lost"  # nowhere but in the answer


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

    def taken_back(self, *, blocked: bool = False) -> None:
        """All pieces so far are void.

        Another attempt tells the story from its beginning, unless it is `blocked`.
        """


class Listener(TextListener, Protocol):
    """Hears a story while it is told."""

    def started(self, story_id: str) -> None:
        """The story has its id, and can be followed in the store."""
