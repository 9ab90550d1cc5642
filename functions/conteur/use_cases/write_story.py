"""Write a story: have the model tell it, and let its prose out as it comes."""

import hashlib
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass

from conteur.domain.deadline import Deadline
from conteur.domain.manuscript import Manuscript
from conteur.domain.model_events import Finished, ModelEvent
from conteur.domain.prompt_book import PromptBook
from conteur.domain.story import FinishedStory, StoryText
from conteur.errors import OpenAIError, OpenAIFailure
from conteur.use_cases.orders import Listener, StoryOrder
from conteur.use_cases.ports import Clock, Model


@dataclass(frozen=True, slots=True)
class WriteStory:
    """The use case, with the ports it needs."""

    model: Model
    prompts: PromptBook
    clock: Clock

    def __call__(self, order: StoryOrder, deadline: Deadline, listener: Listener) -> FinishedStory:
        """Return the whole story once the model has ended it, by `deadline`.

        Raises what Model.tell raises, and OpenAIError for a story without an end or a text.
        """
        prompt = self.prompts.compose(order.request)
        telling = _Telling(order, listener, self.clock)
        with closing(self.model.tell(prompt, deadline, pseudonym(order.uid))) as events:
            end = telling.follow(events)
        return telling.finished(end, prompt.version)


class _Telling:
    """One telling: the manuscript as it grows, and when its first token came."""

    def __init__(self, order: StoryOrder, listener: Listener, clock: Clock) -> None:
        self._order = order
        self._listener = listener
        self._clock = clock
        self._manuscript = Manuscript(order.request.words, order.request.language)
        self._first_token_ms = 0

    def follow(self, events: Iterable[ModelEvent]) -> Finished:
        for event in events:
            if isinstance(event, Finished):
                self._release(self._manuscript.finish(event.finish))
                return event
            self._first_token_ms = self._first_token_ms or self._elapsed_ms()
            self._release(self._manuscript.feed(event.text))
        raise _unusable("the model's answer broke off before its end")

    def finished(self, end: Finished, prompt_version: str) -> FinishedStory:
        request, manuscript = self._order.request, self._manuscript
        if not manuscript.text:
            raise _unusable("the model answered without a story")
        return FinishedStory(
            story=StoryText(manuscript.title, manuscript.text, request.language, manuscript.words),
            finish=end.finish,
            usage=end.usage,
            model=end.model,
            prompt_version=prompt_version,
            length_ratio=manuscript.words / request.words,
            first_token_ms=self._first_token_ms,
            total_ms=self._elapsed_ms(),
            completed=self._clock.now(),
        )

    def _release(self, text: str) -> None:
        if text:
            self._listener.heard(text)

    def _elapsed_ms(self) -> int:
        return round(1000 * (self._clock.monotonic() - self._order.received))


def pseudonym(uid: str) -> str:
    """Return what the model's provider knows a user by: stable, and not the user's id.

    OpenAI asks for a hashed identifier (platform.openai.com/docs/guides/safety-best-practices).
    """
    return hashlib.sha256(f"conteur:{uid}".encode()).hexdigest()[:32]


def _unusable(problem: str) -> OpenAIError:
    return OpenAIError(f"{problem}: try again in a moment", OpenAIFailure.OUTAGE)
