"""Save a story that its own call could not store in time."""

from dataclasses import dataclass

from conteur.domain.late_save import LateSave, late_save
from conteur.domain.quota import day_of
from conteur.domain.story import UnsavedStory
from conteur.errors import InProgressError
from conteur.telemetry import logs
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.registry import STORIES_SAVED_LATE
from conteur.use_cases.ports import Clock, Stories

CALL_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class SaveStory:
    """The use case, with the ports it needs."""

    stories: Stories
    clock: Clock
    meter: Aggregate

    def __call__(self, unsaved: UnsavedStory) -> None:
        """Store the story once, however often this is called.

        Raises what is a reason to call again later: InProgressError while another attempt tells
        the story, or where its document changed meanwhile; DeadlineError.
        """
        now = self.clock.now()
        found = self.stories.read(unsaved.uid, unsaved.story_id, day_of(now), CALL_SECONDS)
        decision = late_save(found.story, unsaved.holder, now)
        if decision is LateSave.WAIT:
            self._note(unsaved, "waiting")
            raise self._later(unsaved)
        if found.story is None or decision is LateSave.NOTHING:
            return self._note(unsaved, "nothing")
        if not self.stories.complete_late(found.story, unsaved.story, CALL_SECONDS):
            raise self._later(unsaved)
        settled = decision is LateSave.SETTLE
        return self._note(unsaved, "settled" if settled else "charged_again")

    def _note(self, unsaved: UnsavedStory, result: str) -> None:
        self.meter.count(STORIES_SAVED_LATE, result=result)
        logs.info("story.saved_late", story_id=unsaved.story_id, result=result)

    def _later(self, unsaved: UnsavedStory) -> InProgressError:
        return InProgressError(
            "somebody else writes to this story now: call again later",
            storyId=unsaved.story_id,
        )
