"""A story whose lease this call holds: what is let out of it, and how it ends in the store."""

from types import TracebackType
from typing import Self

from conteur.domain.deadline import Deadline
from conteur.domain.story import FinishedStory, Lease, StoryFailure
from conteur.errors import BugError, ConteurError, DeadlineError, InProgressError
from conteur.telemetry import logs
from conteur.use_cases.orders import Listener
from conteur.use_cases.ports import Clock, Stories

WRITE_SECONDS = 2.0  # of the deadline, kept for the write that ends the story
LONGEST_WRITE_SECONDS = 10.0  # a store that takes longer does not take it: the reader waits
LATE_WRITE_SECONDS = 0.5  # past the deadline: an answer may be a second late, never two


class LeasedStory:
    """Passes the story on to its listener, and keeps what was let out if the telling fails."""

    def __init__(
        self, lease: Lease, listener: Listener, stories: Stories, clock: Clock, deadline: Deadline
    ) -> None:
        self._lease = lease
        self._listener = listener
        self._stories = stories
        self._clock = clock
        self._deadline = deadline
        self._released: list[str] = []

    def __enter__(self) -> Self:
        """Begin the telling."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Keep a story that failed as FAILED; the error goes on to the caller."""
        # A story that somebody else took over is theirs to end.
        if error is not None and not isinstance(error, InProgressError):
            self._fail(error)

    @property
    def writing_deadline(self) -> Deadline:
        """By when the story must be written, so that it can still be kept in time."""
        return self._deadline.before(WRITE_SECONDS)

    def heard(self, text: str) -> None:
        """Pass on a piece of the text, and remember it."""
        self._released.append(text)
        self._listener.heard(text)

    def taken_back(self) -> None:
        """Forget what was let out, and have the listener forget it: the story begins again."""
        self._released.clear()
        self._listener.taken_back()

    def keep(self, story: FinishedStory) -> bool:
        """End the story as COMPLETED; False where the store did not take it in time."""
        try:
            self._stories.complete(self._lease, story, self._write_timeout())
        except DeadlineError as error:
            logs.error("story.unsaved", story_id=self._lease.story_id, problem=error.message)
            return False
        return True

    def _fail(self, error: BaseException) -> None:
        told = error if isinstance(error, ConteurError) else BugError("an unforeseen error")
        failure = StoryFailure(
            reason=told.reason,
            message=told.message,
            facts=told.facts,
            retryable=told.retryable,
            released="".join(self._released),
            failed=self._clock.now(),
        )
        try:
            self._stories.fail(self._lease, failure, self._write_timeout())
        except ConteurError as problem:
            logs.warning("story.failure_unsaved", reason=told.reason, problem=problem.message)

    def _write_timeout(self) -> float:
        left = self._deadline.remaining(self._clock.monotonic())
        return min(LONGEST_WRITE_SECONDS, max(LATE_WRITE_SECONDS, left))
