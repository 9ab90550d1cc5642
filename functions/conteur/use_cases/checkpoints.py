"""Checkpoints of a story that is being told: its text so far, and its lease alive."""

from collections.abc import Callable

from conteur.domain.lease import CHECKPOINT_SECONDS, lease_from
from conteur.domain.story import Checkpoint, Lease
from conteur.errors import ConteurError, InProgressError
from conteur.telemetry import logs
from conteur.telemetry.registry import CHECKPOINTS
from conteur.use_cases.custody import Custody
from conteur.use_cases.ports import Timer

WRITE_SECONDS = 3.0


class Checkpoints:
    """Writes one every CHECKPOINT_SECONDS, beside the telling, from `begin` to `end`.

    One that fails is followed by the next; a lost lease ends them, and the story's end meets it.
    """

    def __init__(self, lease: Lease, released: Callable[[], str], custody: Custody) -> None:
        self._lease = lease
        self._released = released
        self._custody = custody
        self._kept_text = ""
        self._ended = False
        self._timer: Timer | None = None

    def begin(self) -> None:
        """Have the first one written in CHECKPOINT_SECONDS."""
        when = self._custody.clock.monotonic() + CHECKPOINT_SECONDS
        self._timer = self._custody.timers.call_at(
            when, lambda: self._custody.background(self._write)
        )

    def end(self) -> Lease:
        """Begin no further one, and return the lease as it stands.

        One that is on its way is not waited for: the store knows it by the lease's holder.
        """
        self._ended = True
        if self._timer is not None:
            self._timer.cancel()
        return self._lease

    def _write(self) -> None:
        if self._ended:
            return
        try:
            self._keep(self._released())
        except InProgressError as error:
            self._count("lease_lost")
            self._log("story.lease_lost", error)
        except ConteurError as error:
            self._count("late")
            self._log("story.checkpoint_failed", error)
            self.begin()
        else:
            self._count("kept")
            self.begin()

    def _keep(self, text: str) -> None:
        now = self._custody.clock.now()
        changed = text if text != self._kept_text else None
        checkpoint = Checkpoint(changed, now, lease_from(now))
        self._lease = self._custody.stories.checkpoint(self._lease, checkpoint, WRITE_SECONDS)
        self._kept_text = text

    def _log(self, event: str, error: ConteurError) -> None:
        # The thread that writes knows nothing of the call: the story's id is the request's.
        logs.warning(event, story_id=self._lease.story_id, problem=error.message)

    def _count(self, result: str) -> None:
        self._custody.meter.count(CHECKPOINTS, result=result)
