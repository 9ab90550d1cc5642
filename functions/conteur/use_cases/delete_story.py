"""Delete a story: for good, unless it is being told."""

from dataclasses import dataclass

from conteur.domain.deadline import Deadline
from conteur.domain.story import KeptStory, State
from conteur.errors import DeadlineError, InProgressError
from conteur.telemetry import logs
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.library_metrics import STORIES_DELETED
from conteur.use_cases.library_ports import Library
from conteur.use_cases.ports import Clock

CALL_SECONDS = 10.0
TRIES = 4


@dataclass(frozen=True, slots=True)
class DeleteStory:
    """The use case, with the ports it needs."""

    library: Library
    clock: Clock
    meter: Aggregate

    def __call__(self, uid: str, story_id: str, deadline: Deadline) -> bool:
        """Delete the user's story; False if there was none.

        Raises DeadlineError, and InProgressError while the story is being told, or where others
        write to it all the while.
        """
        for tried in range(TRIES):
            found = self.library.find(uid, story_id, self._left(deadline))
            if found is None:  # a try before may have deleted it, and its answer be lost
                return self._deleted(story_id) if tried else False
            if self._is_told(found.kept):
                raise InProgressError(
                    "this story is being told: delete it once it has ended", storyId=story_id
                )
            if self._remove(found.kept, deadline):
                return self._deleted(story_id)
        raise InProgressError(
            "others write to this story right now: delete it again in a moment", storyId=story_id
        )

    def _remove(self, kept: KeptStory, deadline: Deadline) -> bool:
        """Return whether the story was deleted for certain."""
        try:
            return self.library.remove(kept, self._left(deadline))
        except DeadlineError:
            if not self._left(deadline):
                raise
            return False

    def _is_told(self, kept: KeptStory) -> bool:
        return kept.state is State.PROCESSING and kept.lease_until > self.clock.now()

    def _deleted(self, story_id: str) -> bool:
        self.meter.count(STORIES_DELETED, function="delete_story")
        logs.info("story.deleted", story_id=story_id)
        return True

    def _left(self, deadline: Deadline) -> float:
        return min(CALL_SECONDS, deadline.remaining(self.clock.monotonic()))
