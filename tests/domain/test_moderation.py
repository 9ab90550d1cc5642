"""What each audience may not read."""

import pytest

from conteur.domain.moderation import CHILDREN, Verdict, is_blocked, is_for_children
from conteur.domain.story_request import Audience

TEEN_ONLY = (
    *("sexual", "self-harm", "self-harm/intent", "hate", "illicit"),
    "violence/graphic",
)
ALL = (
    *("sexual/minors", "self-harm/instructions", "hate/threatening"),
    *("harassment/threatening", "illicit/violent"),
)
CHILDREN_ONLY = ("violence", "harassment")


def blocked_for(category: str) -> set[Audience]:
    verdict = Verdict(frozenset({category}))
    return {audience for audience in Audience if is_blocked(verdict, audience)}


@pytest.mark.parametrize("category", ALL)
def test_blocked_for_everybody(category: str) -> None:
    """What is never fit to be read is blocked for every audience."""
    assert blocked_for(category) == set(Audience)


@pytest.mark.parametrize("category", TEEN_ONLY)
def test_blocked_for_the_young(category: str) -> None:
    """What adults may read of in fiction is blocked for teenagers and children."""
    assert blocked_for(category) == {*CHILDREN, Audience.TEENS}


@pytest.mark.parametrize("category", [*CHILDREN_ONLY, "a category of tomorrow"])
def test_blocked_for_children(category: str) -> None:
    """Children read nothing that was flagged, for whatever."""
    assert blocked_for(category) == CHILDREN


def test_a_harmless_text() -> None:
    """A text without a flag is for everybody."""
    assert not any(is_blocked(Verdict(), audience) for audience in Audience)


def test_one_of_several_categories() -> None:
    """One category that is blocked suffices."""
    verdict = Verdict(frozenset({"violence", "sexual/minors"}))
    assert is_blocked(verdict, Audience.ADULTS)


def test_children() -> None:
    """Children are the readers of up to twelve."""
    assert [a for a in Audience if is_for_children(a)] == ["3-5", "6-8", "9-12"]
