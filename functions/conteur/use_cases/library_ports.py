"""What apps do with stories besides having them told: the Protocols of the store for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from conteur.domain.chapter import Chapter
from conteur.domain.data_page import DataPage
from conteur.domain.rating import Rating
from conteur.domain.story import KeptStory


@dataclass(frozen=True, slots=True)
class ShelvedStory:
    """A story as it was found, and what its user thinks of it, if they have said so."""

    kept: KeptStory
    rating: Rating | None


@dataclass(frozen=True, slots=True)
class Erased:
    """How many documents were deleted, how many of them are stories, and whether none is left."""

    documents: int
    stories: int
    complete: bool


class Chapters(Protocol):
    """Stories that others go on from."""

    def chapter(self, uid: str, story_id: str, timeout: float) -> Chapter | None:
        """Return the story; None where there is none with a text, or it is being told.

        Raises DeadlineError with phase admission.
        """


class Library(Protocol):
    """What is kept of a user. Each call is bounded by `timeout` seconds.

    All raise DeadlineError (phase store). A write whose connection breaks is repeated, so one
    that returns False may have been taken, and its answer lost.
    """

    def find(self, uid: str, story_id: str, timeout: float) -> ShelvedStory | None:
        """Return the user's story; None if there is none."""

    def rate(self, kept: KeptStory, rating: Rating, timeout: float) -> bool:
        """Keep the rating with the story; False if anything was written since `kept`."""

    def remove(self, kept: KeptStory, timeout: float) -> bool:
        """Delete the story, and give back what it holds; False as `rate` does."""

    def page(self, uid: str, after: str, most: int, timeout: float) -> DataPage:
        """Return at most `most` of the user's documents after the path `after`, or the first."""

    def blocked(self, uid: str, timeout: float) -> Mapping[str, Any] | None:
        """Return what the operator has noted about a blocked user; None for any other."""

    def erase(self, uid: str, kept_days: frozenset[str], now: datetime, timeout: float) -> Erased:
        """Delete the user's documents, as many as there is time for.

        A story that is being told, whose lease is not over at `now`, is charged at its whole
        reservation; what a dead attempt holds is given back. The counters of `kept_days` stay,
        so that nobody gets a day's stories twice; Firestore deletes them when they expire.
        """
