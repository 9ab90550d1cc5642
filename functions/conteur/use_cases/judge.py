"""Has texts judged for the readers of one story; counts and logs what comes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from conteur.domain.deadline import Deadline
from conteur.domain.moderation import Verdict, is_blocked
from conteur.domain.story_request import Audience
from conteur.errors import ModerationUnavailableError
from conteur.telemetry import logs
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.guard_metrics import MODERATION_SECONDS, MODERATIONS
from conteur.use_cases.guard_ports import Moderator
from conteur.use_cases.ports import Clock


class Judged(StrEnum):
    """What is judged: the metrics' and the logs' name for it."""

    PROMPT = "prompt"
    STORY = "story"


@dataclass(frozen=True, slots=True)
class Judge:
    """One story's, which must be told by `deadline` to `audience`."""

    moderator: Callable[[], Moderator]
    clock: Clock
    meter: Aggregate
    audience: Audience
    deadline: Deadline

    def blocks(self, judged: Judged, texts: Sequence[str]) -> bool:
        """Tell whether the readers may not read one of `texts`.

        Raises ModerationUnavailableError.
        """
        verdicts = self._verdicts(judged, texts)
        blocked = [each for each in verdicts if is_blocked(each, self.audience)]
        self.meter.count(MODERATIONS, text=judged, result="blocked" if blocked else "clean")
        if blocked:
            self._report(judged, blocked)
        return bool(blocked)

    def _verdicts(self, judged: Judged, texts: Sequence[str]) -> Sequence[Verdict]:
        began = self.clock.monotonic()
        try:
            return self.moderator().judge(texts, self.deadline)
        except ModerationUnavailableError as error:
            self.meter.count(MODERATIONS, text=judged, result="failed")
            audience = self.audience
            logs.warning(
                "moderation.unavailable", judged=judged, audience=audience, problem=error.message
            )
            raise
        finally:
            self.meter.observe(MODERATION_SECONDS, self.clock.monotonic() - began)

    def _report(self, judged: Judged, blocked: Sequence[Verdict]) -> None:
        categories = frozenset[str]().union(*(each.categories for each in blocked))
        named = ",".join(sorted(categories))
        logs.warning("moderation.blocked", judged=judged, audience=self.audience, categories=named)
