"""How many stories a user may have told: a day, and at once."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, StrEnum, auto


@dataclass(frozen=True, slots=True)
class Limits:
    """What one user may have: stories a day, and stories told at the same time."""

    stories_a_day: int
    at_once: int


class Tier(StrEnum):
    """How well a user is known."""

    SIGNED_IN = "signed_in"
    NEW = "new"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class QuotaRule:
    """The limits by how well a user is known: new is one whose account is young."""

    signed_in: Limits = Limits(stories_a_day=20, at_once=2)
    anonymous: Limits = Limits(stories_a_day=3, at_once=1)
    new: Limits = Limits(stories_a_day=5, at_once=1)

    def limits(self, tier: Tier) -> Limits:
        """Return the limits of such a user."""
        match tier:
            case Tier.ANONYMOUS:
                return self.anonymous
            case Tier.NEW:
                return self.new
            case Tier.SIGNED_IN:
                return self.signed_in


@dataclass(frozen=True, slots=True)
class Standing:
    """A user's counters of one day, as domain/charge.py defines them."""

    stories: int = 0
    running: int = 0

    def without_the_claim(self) -> "Standing":
        """Return the counters without the one story that was just reserved."""
        return Standing(max(0, self.stories - 1), max(0, self.running - 1))


def counters(limits: Limits, standing: Standing | None = None) -> dict[str, int]:
    """Return what a log says of a user's counters, as far as they are known, and their limits."""
    known = {} if standing is None else {"stories": standing.stories, "running": standing.running}
    return known | {"stories_limit": limits.stories_a_day, "running_limit": limits.at_once}


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left to a user of the day's stories, and when the next day's begin."""

    remaining: int
    resets: datetime


class Excess(Enum):
    """Which limit a user is over."""

    STORIES = auto()
    AT_ONCE = auto()


def excess(standing: Standing, limits: Limits) -> Excess | None:
    """Return the limit that `standing`, with the story that was just reserved, is over."""
    # First at once: stories of a burst that will be withdrawn are counted in the day's as well.
    if standing.running > limits.at_once:
        return Excess.AT_ONCE
    return Excess.STORIES if standing.stories > limits.stories_a_day else None


def allowance(standing: Standing, limits: Limits, now: datetime) -> Allowance:
    """Return what `standing` leaves of the limits at `now`."""
    return Allowance(max(0, limits.stories_a_day - standing.stories), next_day(now))


def day_of(now: datetime) -> str:
    """Return the day that counts a story which begins at `now`: UTC's, for everybody."""
    return now.astimezone(UTC).date().isoformat()


def next_day(now: datetime) -> datetime:
    """Return the midnight, UTC's, after `now`."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1)
