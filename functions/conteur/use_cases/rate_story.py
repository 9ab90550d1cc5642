"""Rate a story: once a user and story, and changed ever after."""

from dataclasses import dataclass

from conteur.domain.deadline import Deadline
from conteur.domain.rating import Rating
from conteur.domain.story import State
from conteur.errors import DeadlineError, InProgressError, StoryNotFoundError
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.library_metrics import RATING_CHANGES, RATINGS
from conteur.use_cases.library_ports import Library, ShelvedStory
from conteur.use_cases.ports import Clock

CALL_SECONDS = 10.0
TRIES = 4  # behind what the owner and other calls write to the same story at this moment


@dataclass(frozen=True, slots=True)
class RateStory:
    """The use case, with the ports it needs."""

    library: Library
    clock: Clock
    meter: Aggregate

    def __call__(
        self, uid: str, story_id: str, stars: int, reason: str, deadline: Deadline
    ) -> bool:
        """Keep what the user says of their completed story; return whether it was changed.

        The same stars and reason again write nothing. Raises StoryNotFoundError, DeadlineError,
        and InProgressError where others write to the story all the while.
        """
        rating = Rating(stars, reason, self.clock.now())
        before: Rating | None = None
        for tried in range(TRIES):
            found = self._find(uid, story_id, deadline)
            if tried and found.rating == rating:  # taken before, and its answer lost
                return self._count(before, rating)
            before = found.rating
            if before and before.says_as(rating):
                return False
            if self._take(found, rating, deadline):
                return self._count(before, rating)
        raise InProgressError(
            "others write to this story right now: send the same rating again", storyId=story_id
        )

    def _find(self, uid: str, story_id: str, deadline: Deadline) -> ShelvedStory:
        found = self.library.find(uid, story_id, self._left(deadline))
        if found is None or found.kept.state is not State.COMPLETED:
            raise StoryNotFoundError.of(story_id)
        return found

    def _take(self, found: ShelvedStory, rating: Rating, deadline: Deadline) -> bool:
        """Return whether the rating was taken for certain."""
        try:
            return self.library.rate(found.kept, rating, self._left(deadline))
        except DeadlineError:
            if not self._left(deadline):
                raise
            return False

    def _count(self, before: Rating | None, now: Rating) -> bool:
        if before is None:
            self.meter.count(RATINGS, stars=str(now.stars))
        elif before.stars != now.stars:
            self.meter.count(RATING_CHANGES, before=str(before.stars), after=str(now.stars))
        return before is not None

    def _left(self, deadline: Deadline) -> float:
        return min(CALL_SECONDS, deadline.remaining(self.clock.monotonic()))
