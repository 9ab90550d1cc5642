"""What a text is moderated for, by whom it is read.

The categories are OpenAI's (https://platform.openai.com/docs/guides/moderation).
"""

from collections.abc import Mapping
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

# What the others may not read; a name before a slash stands for all that begin with it. Fiction may
# hold violence, and an insult.
_BLOCKED: Mapping[Audience, frozenset[str]] = {
    Audience.TEENS: frozenset(
        {
            "sexual",
            "self-harm",
            "hate",
            "harassment/threatening",
            "illicit",
            "violence/graphic",
        }
    ),
    Audience.ADULTS: frozenset(
        {
            "sexual/minors",
            "self-harm/instructions",
            "hate/threatening",
            "harassment/threatening",
            "illicit/violent",
        }
    ),
}

UNMODERATED = "unmoderated"
"""The flag of a story that nobody could moderate."""


def is_for_children(audience: Audience) -> bool:
    """Tell whether the story is for readers of up to twelve."""
    return audience in CHILDREN


def is_blocked(verdict: Verdict, audience: Audience) -> bool:
    """Tell whether `audience` may not read what was flagged so; children nothing that was."""
    if is_for_children(audience):
        return bool(verdict.categories)
    blocked = _BLOCKED[audience]
    return any(
        category in blocked or category.partition("/")[0] in blocked
        for category in verdict.categories
    )
