"""A story that could not be stored, no two of whose values are alike."""

from datetime import UTC, datetime

from conteur.domain.model_events import Finish, Usage
from conteur.domain.quality import Quality
from conteur.domain.story import FinishedStory, StoryText, UnsavedStory

UNSAVED = UnsavedStory(
    uid="alice",
    story_id="6f1c6f0e-3f5e-4a63-9c3a-0d6b2f1f7a11",
    holder="0b9f2a57-7f0b-4b0e-8a3f-2f7c1d9e5b22",
    story=FinishedStory(
        story=StoryText("Le renard", "Il était une fois… 🦊\nFin.", "fr", 6),
        finish=Finish.LENGTH,
        usage=Usage(10, 20),
        cost_micros=70,
        model="scripted-1",
        prompt_version="story-1",
        quality=Quality(0.1234),
        first_token_ms=30,
        total_ms=40,
        completed=datetime(2026, 1, 1, 12, 30, 0, 123456, UTC),
    ),
)
