"""A finished story, for tests that need one and do not care which."""

from datetime import UTC, datetime

from conteur.domain.model_events import Finish, Usage
from conteur.domain.quality import Quality
from conteur.domain.story import FinishedStory, StoryText

FINISHED = FinishedStory(
    story=StoryText("The Fox", "Once there was a fox.", "en", 5),
    finish=Finish.STOP,
    usage=Usage(10, 20),
    cost_micros=120,
    model="scripted-1",
    prompt_version="story-1",
    quality=Quality(0.1234),
    first_token_ms=30,
    total_ms=40,
    completed=datetime(2026, 1, 1, tzinfo=UTC),
)
