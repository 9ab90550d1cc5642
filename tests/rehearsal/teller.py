"""A model that always has a story to tell."""

from tests.clients.story_model import StoryModel, Telling

TEXT = "A lamp stood by the sea, and counted the stars until the morning came. "


class Teller(StoryModel):
    """Answers any prompt with a whole story."""

    def answer(self, sent: str) -> Telling:
        """Return the story."""
        return Telling(sent).titles().says(*[TEXT] * 4).ends()
