"""What an operator turns without a deploy: the values that a story is told with."""

from dataclasses import dataclass, field

from conteur.domain.moderation import ModerationMode
from conteur.domain.quota import QuotaRule


@dataclass(frozen=True, slots=True)
class PromptShare:
    """Which share of the stories, in percent, is told with a version of the prompt."""

    version: str
    percent: int


@dataclass(frozen=True, slots=True)
class Knobs:
    """The knobs as they stand.

    `enabled` is the generation of stories; while it is off, apps are told to come back after
    `retry_after_seconds`. `models` are in the order of preference. `network_stories_a_day` is
    0 for no limit, and `canary` None where one version of the prompt tells all stories.
    `store_enabled` and `store_retry_after_seconds` are the same of the store's routes.
    """

    models: tuple[str, ...]
    enabled: bool = True
    retry_after_seconds: int = 300
    deadline_seconds: float = 28.0
    quota: QuotaRule = field(default_factory=QuotaRule)
    network_stories_a_day: int = 0
    budget_micros: int = 20_000_000
    moderation: ModerationMode = ModerationMode.OFF
    canary: PromptShare | None = None
    store_enabled: bool = True
    store_retry_after_seconds: int = 300
