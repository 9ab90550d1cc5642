"""The knobs by their names, each with the rule for its values; and Knobs made of such values."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from conteur.domain import ranges
from conteur.domain.knobs import Knobs, PromptShare
from conteur.domain.moderation import ModerationMode
from conteur.domain.prices import MICROS
from conteur.domain.quota import Limits, QuotaRule
from conteur.domain.ranges import Range

Value = bool | int | float | str | tuple[str, ...] | None
"""A knob's value; None of the prompt's where one version tells all stories."""


class Kind(Enum):
    """What a knob's value is; a number has a Range instead."""

    SWITCH = auto()
    MODELS = auto()
    MODERATION = auto()
    VERSION = auto()


KNOBS: Mapping[str, Kind | Range] = {
    "generation.enabled": Kind.SWITCH,
    "generation.retryAfterSec": ranges.RETRY_AFTER_SECONDS,
    "models": Kind.MODELS,
    "limits.storiesPerDay": ranges.STORIES_A_DAY,
    "limits.storiesAtOnce": ranges.STORIES_AT_ONCE,
    "limits.anonymousStoriesPerDay": ranges.STORIES_A_DAY,
    "limits.anonymousStoriesAtOnce": ranges.STORIES_AT_ONCE,
    "limits.newStoriesPerDay": ranges.STORIES_A_DAY,
    "limits.newStoriesAtOnce": ranges.STORIES_AT_ONCE,
    "limits.networkStoriesPerDay": ranges.NETWORK_STORIES_A_DAY,
    "limits.budgetUsdPerDay": ranges.DOLLARS_A_DAY,
    "deadlineSec": ranges.DEADLINE_SECONDS,
    "moderation": Kind.MODERATION,
    "prompt.version": Kind.VERSION,
    "prompt.percent": ranges.PERCENT,
    "store.enabled": Kind.SWITCH,
    "store.retryAfterSec": ranges.RETRY_AFTER_SECONDS,
}
"""All knobs by their dotted names, in the order in which people are shown them."""


@dataclass(frozen=True, slots=True)
class KnobRules:
    """The `usual` knobs, as the settings have them, and what others may name.

    `models` have a price, and `versions` of the prompt are on the shelf.
    """

    usual: Knobs
    models: Collection[str]
    versions: Collection[str]


def values_of(knobs: Knobs) -> dict[str, Value]:
    """Return the knobs by their names; `knobs_of` turns them back."""
    quota, canary = knobs.quota, knobs.canary
    return {
        "generation.enabled": knobs.enabled,
        "generation.retryAfterSec": knobs.retry_after_seconds,
        "models": knobs.models,
        "limits.storiesPerDay": quota.signed_in.stories_a_day,
        "limits.storiesAtOnce": quota.signed_in.at_once,
        "limits.anonymousStoriesPerDay": quota.anonymous.stories_a_day,
        "limits.anonymousStoriesAtOnce": quota.anonymous.at_once,
        "limits.newStoriesPerDay": quota.new.stories_a_day,
        "limits.newStoriesAtOnce": quota.new.at_once,
        "limits.networkStoriesPerDay": knobs.network_stories_a_day,
        "limits.budgetUsdPerDay": knobs.budget_micros / MICROS,
        "deadlineSec": knobs.deadline_seconds,
        "moderation": str(knobs.moderation),
        "prompt.version": canary.version if canary else None,
        "prompt.percent": canary.percent if canary else None,
        "store.enabled": knobs.store_enabled,
        "store.retryAfterSec": knobs.store_retry_after_seconds,
    }


def knobs_of(values: Mapping[str, Value]) -> Knobs:
    """Return the knobs with these values, all of which keep their rules."""
    models = values["models"]
    return Knobs(
        models=models if isinstance(models, tuple) else (),
        enabled=bool(values["generation.enabled"]),
        retry_after_seconds=_whole(values, "generation.retryAfterSec"),
        deadline_seconds=_number(values, "deadlineSec"),
        quota=QuotaRule(
            signed_in=_limits(values, "limits.stories"),
            anonymous=_limits(values, "limits.anonymousStories"),
            new=_limits(values, "limits.newStories"),
        ),
        network_stories_a_day=_whole(values, "limits.networkStoriesPerDay"),
        budget_micros=round(MICROS * _number(values, "limits.budgetUsdPerDay")),
        moderation=ModerationMode(str(values["moderation"])),
        canary=_canary(values),
        store_enabled=bool(values["store.enabled"]),
        store_retry_after_seconds=_whole(values, "store.retryAfterSec"),
    )


def shown(value: Value) -> str:
    """Return the value as people write it."""
    match value:
        case None:
            return "none"
        case bool():
            return str(value).lower()
        case tuple():
            return ",".join(value)
        case float():
            return f"{value:.10g}"
        case _:
            return str(value)


def _limits(values: Mapping[str, Value], prefix: str) -> Limits:
    return Limits(_whole(values, f"{prefix}PerDay"), _whole(values, f"{prefix}AtOnce"))


def _canary(values: Mapping[str, Value]) -> PromptShare | None:
    version = values["prompt.version"]
    return None if version is None else PromptShare(str(version), _whole(values, "prompt.percent"))


def _whole(values: Mapping[str, Value], name: str) -> int:
    return int(_number(values, name))


def _number(values: Mapping[str, Value], name: str) -> float:
    value = values[name]
    if not isinstance(value, int | float):
        raise TypeError(f"{name} is a number")
    return value
