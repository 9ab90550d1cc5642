"""A user's limits, and the day that they are counted on."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from conteur.domain.quota import (
    Excess,
    Limits,
    QuotaRule,
    Standing,
    Tier,
    allowance,
    day_of,
    excess,
    next_day,
)

LIMITS = Limits(stories_a_day=3, at_once=2)
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
PARIS = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("standing", "over"),
    [
        (Standing(stories=1, running=1), None),
        (Standing(stories=3, running=2), None),
        (Standing(stories=4, running=1), Excess.STORIES),
        (Standing(stories=3, running=3), Excess.AT_ONCE),
        (Standing(stories=4, running=3), Excess.AT_ONCE),
    ],
)
def test_excess(standing: Standing, over: Excess | None) -> None:
    """The limits themselves may be reached; of two, the one that passes first is named."""
    assert excess(standing, LIMITS) is over


@pytest.mark.parametrize(
    ("standing", "before"), [(Standing(4, 2), Standing(3, 1)), (Standing(), Standing())]
)
def test_without_the_claim(standing: Standing, before: Standing) -> None:
    """What a user had before a claim is one less of both, and never less than nothing."""
    assert standing.without_the_claim() == before


@pytest.mark.parametrize(("stories", "remaining"), [(0, 3), (2, 1), (3, 0), (4, 0)])
def test_remaining(stories: int, remaining: int) -> None:
    """What is left of the day is never below none."""
    assert allowance(Standing(stories), LIMITS, NOON).remaining == remaining


def test_resets_at_midnight() -> None:
    """The next day's stories begin at UTC's midnight, also at the end of a month."""
    expected = datetime(2026, 2, 1, tzinfo=UTC)
    assert allowance(Standing(), LIMITS, NOON).resets == next_day(NOON) == expected


def test_midnight_is_the_next_day() -> None:
    """Midnight belongs to the day that it begins."""
    midnight = next_day(NOON)
    assert day_of(midnight - timedelta(microseconds=1)) == "2026-01-31"
    assert day_of(midnight) == "2026-02-01"
    assert next_day(midnight) == midnight + timedelta(days=1)


def test_the_day_is_utcs() -> None:
    """A time of another zone counts on UTC's day."""
    early = datetime(2026, 2, 1, 0, 30, tzinfo=PARIS)
    assert day_of(early) == "2026-01-31"
    assert next_day(early) == datetime(2026, 2, 1, tzinfo=UTC)


def test_limits_by_sign_in() -> None:
    """Who gave no name, or has come just now, may have less."""
    rule = QuotaRule(LIMITS, anonymous=Limits(1, 1), new=Limits(2, 1))
    assert rule.limits(Tier.SIGNED_IN) == LIMITS
    assert rule.limits(Tier.ANONYMOUS) == Limits(1, 1)
    assert rule.limits(Tier.NEW) == Limits(2, 1)
