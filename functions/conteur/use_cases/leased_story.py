"""A story whose lease this call holds: what is let out of it, and how it ends in the store."""

from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Self

from conteur.domain.deadline import Deadline
from conteur.domain.story import FinishedStory, Lease, StoryFailure, UnsavedStory
from conteur.errors import (
    BugError,
    ConteurError,
    DeadlineError,
    InProgressError,
    OutputBlockedError,
    StoryNotFoundError,
)
from conteur.telemetry import logs
from conteur.telemetry.registry import STORIES_UNSAVED
from conteur.use_cases.checkpoints import Checkpoints
from conteur.use_cases.custody import Custody
from conteur.use_cases.orders import Keeping, Listener

WRITE_SECONDS = 2.0  # of the deadline, kept for the write that ends the story
OUTBOX_SECONDS = 0.8  # of these, kept for the outbox where the store does not take the story
LONGEST_WRITE_SECONDS = 10.0  # a store that takes longer does not take it: the reader waits
LATE_WRITE_SECONDS = 0.4  # past the deadline, twice: an answer may be a second late, never two


class LeasedStory:
    """Passes the story on to its listener, and keeps what was let out if the telling fails."""

    def __init__(
        self, lease: Lease, listener: Listener, deadline: Deadline, custody: Custody
    ) -> None:
        self._listener = listener
        self._deadline = deadline
        self._custody = custody
        self._released: list[str] = []
        self._checkpoints = Checkpoints(lease, self._text, custody)

    def __enter__(self) -> Self:
        """Begin the telling."""
        self._checkpoints.begin()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Keep a story that failed as FAILED; the error goes on to the caller."""
        lease = self._checkpoints.end()
        # A story that somebody else took over is theirs to end; a deleted one has ended.
        if error is not None and not isinstance(error, InProgressError | StoryNotFoundError):
            self._fail(lease, error)

    @property
    def writing_deadline(self) -> Deadline:
        """By when the story must be written, so that it can still be kept in time."""
        return self._deadline.before(WRITE_SECONDS)

    def heard(self, text: str) -> None:
        """Pass on a piece of the text, and remember it."""
        self._released.append(text)
        self._listener.heard(text)

    def taken_back(self, *, blocked: bool = False) -> None:
        """Forget what was let out, and have the listener forget it.

        The story begins again, unless it is `blocked`.
        """
        self._released.clear()
        self._listener.taken_back(blocked=blocked)

    def keep(self, story: FinishedStory) -> Keeping:
        """End the story as COMPLETED, or have that done later where the store does not take it."""
        lease = self._checkpoints.end()
        try:
            self._custody.stories.complete(lease, story, self._left(OUTBOX_SECONDS))
        except DeadlineError as error:
            logs.error("story.unsaved", story_id=lease.story_id, problem=error.message)
            return self._queue(UnsavedStory(lease.uid, lease.story_id, lease.holder, story))
        return Keeping.KEPT

    def _queue(self, unsaved: UnsavedStory) -> Keeping:
        try:
            self._custody.outbox.put(unsaved, self._left())
        except ConteurError as error:
            logs.error("story.lost", story_id=unsaved.story_id, problem=error.message)
            self._custody.meter.count(STORIES_UNSAVED, fate="lost")
            return Keeping.LOST
        self._custody.meter.count(STORIES_UNSAVED, fate="queued")
        return Keeping.QUEUED

    def _fail(self, lease: Lease, error: BaseException) -> None:
        told = error if isinstance(error, ConteurError) else BugError("an unforeseen error")
        cost = self._cost_of(told, lease)
        withheld = isinstance(told, OutputBlockedError) and told.withdrawn
        if withheld and self._released:
            self.taken_back(blocked=True)
        failure = StoryFailure.of(told, self._text(), self._custody.clock.now())
        failure = replace(failure, withheld=withheld, cost_micros=cost)
        try:
            self._custody.stories.fail(lease, failure, self._left())
        except ConteurError as problem:
            logs.warning("story.failure_unsaved", reason=told.reason, problem=problem.message)
            if withheld:
                self._custody.background(partial(self._withhold, lease, failure))

    def _cost_of(self, told: ConteurError, lease: Lease) -> int | None:
        """Return what a failed story is charged with, in micro-dollars.

        One that was blocked after it could be read is no free story; where the model did not say
        what it cost, it is what was reserved.
        """
        if not isinstance(told, OutputBlockedError) or not self._released:
            return None
        return lease.charge.micros if told.cost_micros is None else told.cost_micros

    def _withhold(self, lease: Lease, failure: StoryFailure) -> None:
        """Try again, beside the answer, to take a text out of the store that nobody may read."""
        try:
            self._custody.stories.fail(lease, failure, LONGEST_WRITE_SECONDS)
        except ConteurError as problem:
            logs.error("story.not_withheld", story_id=lease.story_id, problem=problem.message)

    def _text(self) -> str:
        return "".join(self._released)

    def _left(self, reserve: float = 0.0) -> float:
        """Return the seconds that a write may take, so that `reserve` is left after it."""
        left = self._deadline.before(reserve).remaining(self._custody.clock.monotonic())
        return min(LONGEST_WRITE_SECONDS, max(LATE_WRITE_SECONDS, left))
