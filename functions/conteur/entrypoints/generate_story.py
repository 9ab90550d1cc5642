"""`generate_story`: parse the request, tell the story, answer with the contract's result."""

from collections.abc import Callable
from typing import Any

from flask import Request, Response

from conteur.domain.deadline import Deadline
from conteur.domain.request_parser import parse_story_request
from conteur.entrypoints.callable import Call, Edge, Emit
from conteur.entrypoints.narration import Narration, result
from conteur.settings import Settings
from conteur.use_cases.generate_story import GenerateStory
from conteur.use_cases.orders import StoryOrder

ANONYMOUS = "anonymous"  # as Firebase names the sign-in of a user who gave no name


class StoryEntrypoint:
    """The callable. `generate_story` is built when the first valid request comes."""

    def __init__(
        self, edge: Edge, settings: Settings, generate_story: Callable[[], GenerateStory]
    ) -> None:
        self._edge = edge
        self._settings = settings
        self._generate_story = generate_story

    def answer(self, request: Request) -> Response:
        """Return the response in which the story is told."""
        return self._edge.answer(request, self._tell)

    def _tell(self, call: Call, emit: Emit) -> dict[str, Any]:
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
        told = self._generate_story()(order, Narration(emit))
        return result(told, parsed.request, parsed.warnings)
