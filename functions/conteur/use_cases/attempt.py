"""One attempt: a model's answer on its way to becoming a story."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from conteur.domain.manuscript import Manuscript
from conteur.domain.model_events import Finished, ModelEvent, Usage
from conteur.domain.quality import Quality, assess
from conteur.domain.story import FinishedStory, StoryText
from conteur.errors import OpenAIError, OpenAIFailure, OutputBlockedError
from conteur.use_cases.orders import StoryOrder
from conteur.use_cases.ports import Clock
from conteur.use_cases.released_text import ReleasedText

# Over ten times the longest story that can be asked for. A document holds a million bytes, and a
# character takes four at most.
MOST_CHARACTERS = 100_000


class Attempt:
    """The manuscript as it grows, and when its first token came.

    `spend` counts what the model's answer took, and returns what it costs, in micro-dollars.
    """

    def __init__(
        self, order: StoryOrder, out: ReleasedText, clock: Clock, spend: Callable[[Usage], int]
    ) -> None:
        self._order = order
        self._out = out
        self._clock = clock
        self._spend = spend
        self._manuscript = Manuscript(order.request.words, order.request.language)
        self._first_token_ms = 0
        self._room = MOST_CHARACTERS

    def follow(self, events: Iterable[ModelEvent]) -> FinishedStory:
        """Let the prose out as it comes, and return the story once the model has ended it.

        Raises what `events` and letting text out raise, and OpenAIError for a story without an
        end or a text, or of more than MOST_CHARACTERS.
        """
        for event in events:
            if isinstance(event, Finished):
                self._let_out(event)
                return self._finished(event)
            self._first_token_ms = self._first_token_ms or self._elapsed_ms()
            self._tell(event.text)
        raise OpenAIError(
            "The model's answer broke off before its end. Try again in a moment.",
            OpenAIFailure.OUTAGE,
        )

    def _let_out(self, end: Finished) -> None:
        """Let the last of the prose out; a story that is blocked so late has its cost."""
        try:
            self._release(self._manuscript.finish(end.finish))
            self._out.end(self._manuscript.title)
        except OutputBlockedError as error:
            error.cost_micros = self._spend(end.usage)
            raise

    def _finished(self, end: Finished) -> FinishedStory:
        request, manuscript = self._order.request, self._manuscript
        if not manuscript.text:
            raise _no_story("The model answered without a story.")
        return FinishedStory(
            story=StoryText(manuscript.title, manuscript.text, request.language, manuscript.words),
            finish=end.finish,
            usage=end.usage,
            cost_micros=self._spend(end.usage),
            model=end.model,
            prompt_version=self._order.prompt.version,
            quality=self._quality(end),
            first_token_ms=self._first_token_ms,
            total_ms=self._elapsed_ms(),
            completed=self._clock.now(),
        )

    def _quality(self, end: Finished) -> Quality:
        manuscript, request = self._manuscript, self._order.request
        quality = assess(manuscript.text, manuscript.words, end.finish, request)
        return replace(quality, flags=(*quality.flags, *self._out.flags))

    def _tell(self, text: str) -> None:
        """Let out what there is room for. Raises OpenAIError where that is not all."""
        room = self._room
        self._room -= len(text)
        self._release(self._manuscript.feed(text[:room]))
        if self._room < 0:
            raise _no_story("The model does not stop writing.")

    def _release(self, text: str) -> None:
        if text:
            self._out.hear(text)

    def _elapsed_ms(self) -> int:
        return round(1000 * (self._clock.monotonic() - self._order.wish.received))


def _no_story(what: str) -> OpenAIError:
    return OpenAIError(f"{what} Try again in a moment.", OpenAIFailure.OUTAGE, answered=True)
