"""What apps do with stories besides having them told: the Protocols of the store for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from conteur.domain.chapter import Chapter
from conteur.domain.rating import Rating


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a user's documents, as JSON values, by their path below the user's own.

    `next` is where the next page begins; empty after the last one.
    """

    documents: Sequence[Mapping[str, Any]]
    next: str


@dataclass(frozen=True, slots=True)
class Erased:
    """How many documents were deleted, and whether none is left that could be."""

    documents: int
    complete: bool


class Chapters(Protocol):
    """Stories that others go on from."""

    def chapter(self, uid: str, story_id: str, timeout: float) -> Chapter | None:
        """Return the story; None where there is none with a text, or it is being told.

        Raises DeadlineError with phase admission.
        """


class Library(Protocol):
    """A user's stories once they were told. All raise DeadlineError (phase store)."""

    def rate(self, uid: str, story_id: str, rating: Rating, timeout: float) -> Rating | None:
        """Keep the user's rating of a completed story, and return the one before, if any.

        The same stars and reason again change nothing. Raises StoryNotFoundError, and
        InProgressError where others write to the story all the while.
        """

    def delete(self, uid: str, story_id: str, timeout: float) -> bool:
        """Delete the story for good; False if there was none.

        What a dead attempt held is given back. Raises InProgressError while it is being told.
        """

    def page(self, uid: str, start: str, most: int, timeout: float) -> Page:
        """Return at most `most` of the user's documents from `start` on; empty is the first."""

    def erase(self, uid: str, today: str, timeout: float) -> Erased:
        """Delete the user's documents, as many as there is time for.

        The counters of `today` stay, so that nobody gets a new day's stories by it; Firestore
        deletes them when they expire. What stories that are being told hold is given back.
        """
