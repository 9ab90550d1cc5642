"""How a user liked a story."""

from dataclasses import dataclass
from datetime import datetime

LEAST, MOST = 1, 5


@dataclass(frozen=True, slots=True)
class Rating:
    """One to five stars, why (may be empty), and when."""

    stars: int
    reason: str
    at: datetime

    def says_as(self, other: "Rating") -> bool:
        """Return whether both say the same, whenever they were given."""
        return (self.stars, self.reason) == (other.stars, other.reason)
