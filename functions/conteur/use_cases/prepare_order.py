"""Prepare an order: decide once, with the knobs as they stand, how a wish would be told."""

from collections.abc import Callable
from dataclasses import dataclass

from conteur.domain.chapter import Chapter, Sequel, continued, sequel_of
from conteur.domain.deadline import Deadline
from conteur.domain.fingerprint import fingerprint
from conteur.domain.knobs import Knobs
from conteur.domain.prompt_shelf import PromptShelf
from conteur.errors import ConteurError, FeatureDisabledError, StoryNotFoundError
from conteur.use_cases.library_ports import Chapters
from conteur.use_cases.orders import StoryOrder, Wish

CHAPTER_SECONDS = 3.0
MOST_CHAPTERS = 5  # that are read for one continuation


@dataclass(frozen=True, slots=True)
class PrepareOrder:
    """The use case, with the ports it needs; `context_words` of the text before are shown."""

    knobs: Callable[[], Knobs]
    prompts: PromptShelf
    chapters: Chapters
    context_words: int

    def __call__(self, wish: Wish) -> StoryOrder:
        """Return the order. Raises DeadlineError where the story before cannot be read."""
        knobs = self.knobs()
        before = self._before(wish)
        request = continued(wish.request, wish.given, before[0]) if before else wish.request
        sequel = sequel_of(before, request.language, self.context_words) if before else None
        return StoryOrder(
            wish=wish,
            request=request,
            fingerprint=fingerprint(wish.request),
            deadline=Deadline(wish.received + knobs.deadline_seconds),
            knobs=knobs,
            prompt=self.prompts.compose(request, knobs.canary, sequel),
            sequel=sequel,
            refusal=_refusal(wish, knobs, sequel),
        )

    def _before(self, wish: Wish) -> list[Chapter]:
        """Return the stories that this one goes on from, the newest first."""
        chapters: list[Chapter] = []
        story_id = wish.request.continue_from
        while story_id and len(chapters) < MOST_CHAPTERS:
            chapter = self.chapters.chapter(wish.uid, story_id, CHAPTER_SECONDS)
            if chapter is None:
                break
            chapters.append(chapter)
            story_id = chapter.request.continue_from
        return chapters


def _refusal(wish: Wish, knobs: Knobs, sequel: Sequel | None) -> ConteurError | None:
    if not knobs.enabled:
        return FeatureDisabledError(
            "the telling of stories is turned off for the moment: try again later",
            retry_after_seconds=knobs.retry_after_seconds,
        )
    if wish.request.continue_from and sequel is None:
        return StoryNotFoundError.of(wish.request.continue_from)
    return None
