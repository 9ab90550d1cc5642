"""What a text is moderated for, by whom it is read."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from conteur.domain.story_request import Audience


class ModerationMode(StrEnum):
    """Who says whether a text is fit to be read."""

    OPENAI = "openai"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The categories of harm that a text was flagged for, by OpenAI's names; mostly none."""

    categories: frozenset[str] = frozenset()


# Whose stories are told only where somebody can moderate them.
CHILDREN = frozenset({Audience.TODDLERS, Audience.CHILDREN, Audience.PRETEENS})

UNMODERATED = "unmoderated"
"""The flag of a story that nobody could moderate."""


def is_for_children(audience: Audience) -> bool:
    """Tell whether the story is for readers of up to twelve."""
    return audience in CHILDREN


def is_blocked(verdict: Verdict, audience: Audience) -> bool:
    """Tell whether `audience` may not read what was flagged so."""
    blocked: Collection[str] = verdict.categories
    return bool(blocked) and is_for_children(audience)
