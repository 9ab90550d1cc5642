"""Moderates what is asked for, and what is told."""

from collections.abc import Callable
from dataclasses import dataclass

from conteur.domain.deadline import Deadline
from conteur.domain.moderation import UNMODERATED, ModerationMode, is_for_children
from conteur.domain.story_request import StoryRequest
from conteur.errors import ModerationUnavailableError, PromptBlockedError
from conteur.telemetry.aggregate import Aggregate
from conteur.use_cases.guard_ports import Moderator
from conteur.use_cases.judge import Judge, Judged
from conteur.use_cases.orders import Heard, StoryOrder
from conteur.use_cases.outlets import JudgedAfter, JudgedBefore, Outlet, Unjudged
from conteur.use_cases.ports import Clock
from conteur.use_cases.released_text import ReleasedText


@dataclass(frozen=True, slots=True)
class Moderation:
    """Lets out what may be read. `moderator` is asked for only where somebody moderates."""

    moderator: Callable[[], Moderator]
    clock: Clock
    meter: Aggregate

    def check_prompt(self, order: StoryOrder, deadline: Deadline) -> tuple[str, ...]:
        """Return the flags of what was asked for.

        Raises PromptBlockedError, and ModerationUnavailableError where a child would read.
        """
        if order.knobs.moderation is ModerationMode.OFF:
            return ()
        judge = self._judge(order, deadline)
        try:
            blocked = judge.blocks(Judged.PROMPT, _own_words(order.request))
        except ModerationUnavailableError:
            if is_for_children(order.request.audience):
                raise
            return (UNMODERATED,)
        if blocked:
            raise PromptBlockedError(
                "This wish, or one of its characters, does not suit the story's readers. Ask for "
                "another story."
            )
        return ()

    def released(self, heard: Heard, order: StoryOrder, deadline: Deadline) -> ReleasedText:
        """Return what lets one attempt's text out to `heard`."""
        return ReleasedText(order.prompt, self._outlet(heard, order, deadline), self.meter)

    def _outlet(self, heard: Heard, order: StoryOrder, deadline: Deadline) -> Outlet:
        if order.knobs.moderation is ModerationMode.OFF:
            return Unjudged(heard)
        kind = JudgedBefore if is_for_children(order.request.audience) else JudgedAfter
        return kind(heard, self._judge(order, deadline), order.request.language)

    def _judge(self, order: StoryOrder, deadline: Deadline) -> Judge:
        return Judge(self.moderator, self.clock, self.meter, order.request.audience, deadline)


def _own_words(request: StoryRequest) -> list[str]:
    """Return what the person wrote: the wish, and each character with its traits."""
    characters = (f"{each.name}: {each.traits}".rstrip(": ") for each in request.characters)
    return [request.prompt, *characters]
