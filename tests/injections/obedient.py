"""A model that obeys whoever spoke last, and the world in which it is asked."""

from collections.abc import Generator
from dataclasses import replace

from conteur.domain.chapter import Chapter
from conteur.domain.deadline import Deadline
from conteur.domain.knobs import Knobs
from conteur.domain.model_events import Finish, Finished, ModelEvent, TextDelta, Usage
from conteur.domain.moderation import ModerationMode
from conteur.domain.prompt import Prompt
from conteur.domain.story_request import StoryRequest
from conteur.errors import ConteurError
from conteur.use_cases.orders import StoryOrder, ToldStory
from conteur.use_cases.ports import Cancellation
from tests.fakes import ScriptedModel
from tests.injections.rows import Row, Stop
from tests.injections.worst import Answer
from tests.use_cases.conftest import REQUEST, StoryWorld

LETTERS = 5  # of a token
BEFORE_ID = "0d5f2a34-11a0-4d8c-9d53-7f3f6c1a2b3c"


class ObedientModel(ScriptedModel):
    """Answers as the row says, token by token."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer

    def tell(
        self,
        prompt: Prompt,
        deadline: Deadline,
        cancellation: Cancellation,
        safety_identifier: str,
    ) -> Generator[ModelEvent]:
        text = self.answer(prompt)
        tokens = [text[start : start + LETTERS] for start in range(0, len(text), LETTERS)]
        self.events = [*map(TextDelta, tokens), Finished(Finish.STOP, Usage(10, 20), "obedient-1")]
        yield from super().tell(prompt, deadline, cancellation, safety_identifier)


class Injected(StoryWorld):
    """The world of one row. `seen` is all that a reader or the store ever had of the story."""

    def __init__(self, row: Row) -> None:
        super().__init__()
        self.row = row
        self.model = ObedientModel(row.answer)
        self.seen: set[str] = set()
        self.told: ToldStory | None = None
        self.error: ConteurError | None = None
        self.moderator.harmful = row.harmful
        moderated = row.stop is Stop.MODERATION
        mode = ModerationMode.OPENAI if moderated else ModerationMode.OFF
        self.turned = Knobs(models=(), moderation=mode)
        self.listener.on_heard = self._look
        if row.before:
            self.stories.chapters[self.uid, BEFORE_ID] = before(row)

    def play(self) -> None:
        """Tell the story, and remember how it ended."""
        try:
            self.told = self.tell(request(self.row))
        except ConteurError as error:
            self.error = error
        self._look()

    @property
    def prompt(self) -> Prompt:
        return self.order_of_row().prompt

    def order_of_row(self) -> StoryOrder:
        return self.order(request(self.row))

    def left(self) -> set[str]:
        """Return what is left of the story once all is over."""
        return {self.listener.text, *(kept.released for kept in self.stories.kept.values())}

    def _look(self) -> None:
        self.timers.pass_time(1)
        self.seen |= self.left()
        if self.told:
            self.seen |= {self.told.story.story.title, self.told.story.story.text}


def request(row: Row) -> StoryRequest:
    return replace(
        REQUEST,
        prompt=row.wish,
        language=row.language,
        audience=row.audience,
        words=300,
        characters=row.characters,
        continue_from=BEFORE_ID if row.before else None,
    )


def before(row: Row) -> Chapter:
    """Return the story that the row's goes on from."""
    its_own = replace(request(row), request_id=BEFORE_ID, continue_from=None, characters=())
    return Chapter(BEFORE_ID, "The “Fox” <1>", row.before, its_own, 1, BEFORE_ID)
