"""Prepare an order: decide once, with the knobs as they stand, how a wish would be told."""

from collections.abc import Callable
from dataclasses import dataclass

from conteur.domain.chapter import Chapter, Sequel, continued, sequel_of
from conteur.domain.deadline import Deadline
from conteur.domain.fingerprint import fingerprint
from conteur.domain.knobs import Knobs
from conteur.domain.prompt_shelf import PromptShelf
from conteur.domain.words import words_in
from conteur.errors import (
    ConteurError,
    DeadlineError,
    FeatureDisabledError,
    Phase,
    StoryNotFoundError,
)
from conteur.use_cases.library_ports import Chapters
from conteur.use_cases.orders import StoryOrder, Wish
from conteur.use_cases.ports import Clock

CHAPTERS_SECONDS = 3.0  # for all of one story
MOST_CHAPTERS = 5  # that are read for one continuation


@dataclass(frozen=True, slots=True)
class PrepareOrder:
    """The use case, with the ports it needs; `context_words` of the text before are shown.

    `chapters` are asked for only where a story goes on from another one.
    """

    knobs: Callable[[], Knobs]
    prompts: PromptShelf
    chapters: Callable[[], Chapters]
    clock: Clock
    context_words: int

    def __call__(self, wish: Wish) -> StoryOrder:
        """Return the order. Raises DeadlineError where the story before cannot be read."""
        knobs = self.knobs()
        deadline = Deadline(wish.received + knobs.deadline_seconds)
        before = self._before(wish, deadline) if knobs.enabled else []
        request = continued(wish.request, wish.given, before[0]) if before else wish.request
        sequel = sequel_of(before, request.language, self.context_words) if before else None
        return StoryOrder(
            wish=wish,
            request=request,
            fingerprint=fingerprint(wish.request),
            deadline=deadline,
            knobs=knobs,
            prompt=self.prompts.compose(request, knobs.canary, sequel),
            sequel=sequel,
            refusal=_refusal(wish, knobs, sequel),
        )

    def _before(self, wish: Wish, deadline: Deadline) -> list[Chapter]:
        """Return the stories that this one goes on from, the newest first.

        As many as are needed to fill the context; all of them are read within CHAPTERS_SECONDS.
        """
        chapters: list[Chapter] = []
        now = self.clock.monotonic()
        until = Deadline(min(deadline.at, now + CHAPTERS_SECONDS))
        story_id, room = wish.request.continue_from, self.context_words
        while story_id and (room > 0 or not chapters) and len(chapters) < MOST_CHAPTERS:
            chapter = self.chapters().chapter(wish.uid, story_id, self._left(until))
            if chapter is None:
                break
            chapters.append(chapter)
            room -= words_in(chapter.text, chapter.request.language)
            story_id = chapter.request.continue_from
        return chapters

    def _left(self, until: Deadline) -> float:
        left = until.remaining(self.clock.monotonic())
        if not left:
            raise DeadlineError(
                "the story before this one could not be read in time: send the same request again",
                Phase.ADMISSION,
            )
        return left


def _refusal(wish: Wish, knobs: Knobs, sequel: Sequel | None) -> ConteurError | None:
    if not knobs.enabled:
        return FeatureDisabledError(
            "the telling of stories is turned off for the moment: try again later",
            retry_after_seconds=knobs.retry_after_seconds,
        )
    if wish.request.continue_from and sequel is None:
        return StoryNotFoundError.of(wish.request.continue_from)
    return None
