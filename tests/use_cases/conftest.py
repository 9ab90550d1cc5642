"""The story's use cases over fakes."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from conteur.adapters.prompt_files import load_prompt_book
from conteur.domain.deadline import Deadline
from conteur.domain.model_events import Finish, Finished, TextDelta, Usage
from conteur.domain.story_request import StoryRequest
from conteur.telemetry.aggregate import Aggregate
from conteur.use_cases.admit_story import AdmitStory
from conteur.use_cases.generate_story import GenerateStory
from conteur.use_cases.orders import StoryOrder, ToldStory
from conteur.use_cases.write_story import WriteStory
from tests.fakes import FakeClock, FakeStories, ScriptedModel

REQUEST = StoryRequest(
    request_id="4b0ac0e2-6f0c-4a8e-9a35-6a1f3c1d2e3f",
    prompt="a fox who is afraid of the dark",
    language="en",
    words=50,
)
END = Finished(Finish.STOP, Usage(input_tokens=10, output_tokens=20), "scripted-1")
STORY = (TextDelta("The Brave Fox\n\nOnce "), TextDelta("there was a fox."), END)


@dataclass
class HeardStory:
    """A listener that remembers."""

    story_id: str = ""
    pieces: list[str] = field(default_factory=list)
    on_heard: Callable[[], None] = lambda: None

    def started(self, story_id: str) -> None:
        self.story_id = story_id

    def heard(self, text: str) -> None:
        self.pieces.append(text)
        self.on_heard()

    @property
    def text(self) -> str:
        return "".join(self.pieces)


class StoryWorld:
    """Everything that telling a story touches."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.stories = FakeStories()
        self.model = ScriptedModel(STORY)
        self.meter = Aggregate()
        self.listener = HeardStory()
        self.uid = "alice"

    def break_off(self, error: BaseException) -> None:
        """Have the model fail after its first words."""
        self.model = ScriptedModel(STORY[:1], error)

    def order(self, request: StoryRequest = REQUEST) -> StoryOrder:
        now = self.clock.monotonic()
        return StoryOrder(self.uid, request, received=now, deadline=Deadline(now + 28))

    def tell(self, request: StoryRequest = REQUEST) -> ToldStory:
        generate = GenerateStory(
            admit=AdmitStory(self.stories, self.clock),
            write=WriteStory(self.model, load_prompt_book(), self.clock),
            stories=self.stories,
            clock=self.clock,
            meter=self.meter,
        )
        return generate(self.order(request), self.listener)


@pytest.fixture
def world() -> StoryWorld:
    return StoryWorld()
