"""A call of `generate_story`: parse the request, tell the story, answer with the result."""

from collections.abc import Callable
from typing import Any

from conteur.domain.network import client_address
from conteur.domain.quota import Tier
from conteur.domain.request_parser import parse_story_request
from conteur.entrypoints.callable import Call, Emit
from conteur.entrypoints.narration import Narration, result
from conteur.settings import Settings
from conteur.use_cases.generate_story import GenerateStory
from conteur.use_cases.orders import StoryOrder, Wish

FORWARDED = "X-Forwarded-For"


class StoryHandler:
    """Answers calls whose caller is known."""

    def __init__(
        self,
        settings: Settings,
        gate: Callable[[Call], Tier],
        prepare: Callable[[Wish], StoryOrder],
        generate_story: GenerateStory,
    ) -> None:
        self._settings = settings
        self._gate = gate
        self._prepare = prepare
        self._generate_story = generate_story

    def __call__(self, call: Call, emit: Emit) -> dict[str, Any]:
        """Tell the story, and return the contract's result. Raises a ConteurError."""
        parsed = parse_story_request(
            call.data,
            default_language=self._settings.default_language,
            new_request_id=lambda: call.request_id,
        )
        wish = Wish(
            uid=call.caller.uid,
            request=parsed.request,
            received=call.received,
            cancellation=call.cancellation,
            given=parsed.given,
            queued=call.queued,
            tier=self._gate(call),
            address=self._address(call),
        )
        told = self._generate_story(self._prepare(wish), Narration(emit))
        return result(told, parsed.request, parsed.warnings)

    def _address(self, call: Call) -> str:
        forwarded = call.headers.get(FORWARDED, "")
        return client_address(forwarded, call.peer, self._settings.access.trusted_proxies)
