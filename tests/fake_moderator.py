"""A moderator in memory: it flags texts by the words that a test chooses."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from conteur.domain.deadline import Deadline
from conteur.domain.moderation import Verdict
from conteur.errors import ModerationUnavailableError


@dataclass
class FakeModerator:
    """Implements guard_ports.Moderator. `harmful` has the category of each word.

    `error` is raised instead once `error_after` judgements were given. `on_judge` hears of each.
    """

    harmful: Mapping[str, str] = field(default_factory=dict)
    error: ModerationUnavailableError | None = None
    error_after: int = 0
    asked: list[list[str]] = field(default_factory=list)
    deadlines: list[Deadline] = field(default_factory=list)
    on_judge: Callable[[], None] = lambda: None

    def judge(self, texts: Sequence[str], deadline: Deadline) -> Sequence[Verdict]:
        self.asked.append(list(texts))
        self.deadlines.append(deadline)
        self.on_judge()
        if self.error and len(self.asked) > self.error_after:
            raise self.error
        return [self._verdict(text) for text in texts]

    def _verdict(self, text: str) -> Verdict:
        found = (category for word, category in self.harmful.items() if word in text)
        return Verdict(frozenset(found))
