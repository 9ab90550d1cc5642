"""Checkpoints of a story that is being told: its text so far, and its lease alive."""

from collections.abc import Callable

from conteur.domain.lease import CHECKPOINT_SECONDS, lease_from
from conteur.domain.story import Checkpoint, Lease
from conteur.errors import ConteurError, InProgressError, StoryNotFoundError
from conteur.telemetry import logs
from conteur.telemetry.registry import CHECKPOINTS
from conteur.use_cases.custody import Custody
from conteur.use_cases.ports import Timer

WRITE_SECONDS = 3.0


class Checkpoints:
    """Writes one every CHECKPOINT_SECONDS, beside the telling, from `begin` to `end`.

    One that fails is followed by the next; a lost lease, or a story that its user has deleted,
    ends them, and the story's end meets it.
    """

    def __init__(self, lease: Lease, released: Callable[[], str], custody: Custody) -> None:
        self._lease = lease
        self._released = released
        self._custody = custody
        self._kept_text = ""
        self._due = custody.clock.monotonic()
        self._ended = False
        self._timer: Timer | None = None

    def begin(self) -> None:
        """Have the next one written CHECKPOINT_SECONDS after the last one began, or was to."""
        self._due = max(self._due + CHECKPOINT_SECONDS, self._custody.clock.monotonic())
        try:
            self._timer = self._custody.timers.call_at(self._due, self._put_off)
        except RuntimeError as error:  # no thread can be started: the lease holds for a while
            logs.warning("story.checkpoint_failed", error, story_id=self._lease.story_id)

    def end(self) -> Lease:
        """Begin no further one, and return the lease as it stands.

        One that is on its way is not waited for: the store knows it by the lease's holder.
        """
        self._ended = True
        if self._timer is not None:
            self._timer.cancel()
        return self._lease

    def _put_off(self) -> None:
        self._custody.background(self._write)

    def _write(self) -> None:
        if self._ended:
            return
        try:
            self._keep(self._released())
        except (InProgressError, StoryNotFoundError) as error:
            self._ended = True
            self._note("lease_lost", "story.lease_lost", error)
        except ConteurError as error:
            self._note("late", "story.checkpoint_failed", error)
        finally:
            if not self._ended:
                self.begin()

    def _keep(self, text: str) -> None:
        now = self._custody.clock.now()
        changed = text if text != self._kept_text else None
        checkpoint = Checkpoint(changed, now, lease_from(now))
        self._lease = self._custody.stories.checkpoint(self._lease, checkpoint, WRITE_SECONDS)
        self._kept_text = text
        self._custody.meter.count(CHECKPOINTS, result="kept")

    def _note(self, result: str, event: str, error: ConteurError) -> None:
        self._custody.meter.count(CHECKPOINTS, result=result)
        # The thread that writes knows nothing of the call: the story's id is the request's.
        logs.warning(event, story_id=self._lease.story_id, problem=error.message)
