"""A call of `generate_story`: parse the request, tell the story, answer with the result."""

from typing import Any

from conteur.domain.deadline import Deadline
from conteur.domain.request_parser import parse_story_request
from conteur.entrypoints.callable import Call, Emit
from conteur.entrypoints.narration import Narration, result
from conteur.settings import Settings
from conteur.use_cases.generate_story import GenerateStory
from conteur.use_cases.orders import StoryOrder

ANONYMOUS = "anonymous"  # as Firebase names the sign-in of a user who gave no name


class StoryHandler:
    """Answers calls that were let in."""

    def __init__(self, settings: Settings, generate_story: GenerateStory) -> None:
        self._settings = settings
        self._generate_story = generate_story

    def __call__(self, call: Call, emit: Emit) -> dict[str, Any]:
        """Tell the story, and return the contract's result. Raises a ConteurError."""
        parsed = parse_story_request(
            call.data,
            default_language=self._settings.default_language,
            new_request_id=lambda: call.request_id,
        )
        order = StoryOrder(
            uid=call.caller.uid,
            request=parsed.request,
            received=call.received,
            deadline=Deadline(call.received + self._settings.deadline_seconds),
            cancellation=call.cancellation,
            queued=call.queued,
            anonymous=call.caller.provider == ANONYMOUS,
        )
        told = self._generate_story(order, Narration(emit))
        return result(told, parsed.request, parsed.warnings)
