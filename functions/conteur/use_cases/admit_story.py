"""Admit a story order: claim its document, or settle what is already there."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from conteur.domain.admission import Admission, readmit
from conteur.domain.deadline import LONGEST_CALL_SECONDS, Deadline
from conteur.domain.fingerprint import fingerprint
from conteur.domain.story import KeptStory, Lease, NewStory
from conteur.errors import (
    DeadlineError,
    InProgressError,
    Phase,
    RequestIdReusedError,
    recall,
)
from conteur.use_cases.orders import StoryOrder, ToldStory
from conteur.use_cases.ports import Clock, Stories

ADMISSION_SECONDS = 10.0  # of the deadline at most, for all round trips together


def new_holder() -> str:
    """Return a claim's mark, which no other claim has."""
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class AdmitStory:
    """The use case, with the ports it needs."""

    stories: Stories
    clock: Clock
    new_holder: Callable[[], str] = new_holder

    def __call__(self, order: StoryOrder) -> Lease | ToldStory:
        """Return the right to tell the story, or the story if it was told before.

        Raises RequestIdReusedError, InProgressError, the failure that ended the same request
        for good, or DeadlineError.
        """
        deadline = self._deadline(order)
        claim = self._claim(order)
        lease = self.stories.claim(claim, self._remaining(deadline))
        return lease or self._settle(claim, deadline)

    def _deadline(self, order: StoryOrder) -> Deadline:
        now = self.clock.monotonic()
        if not order.deadline.remaining(now):
            raise DeadlineError(
                "this request's time was up before its turn came: send the same request again "
                "in a moment",
                Phase.ADMISSION,
            )
        return Deadline(min(order.deadline.at, now + ADMISSION_SECONDS))

    def _claim(self, order: StoryOrder) -> NewStory:
        now = self.clock.now()
        return NewStory(
            uid=order.uid,
            request=order.request,
            fingerprint=fingerprint(order.request),
            started=now,
            lease_until=now + timedelta(seconds=LONGEST_CALL_SECONDS),
            holder=self.new_holder(),
        )

    def _settle(self, claim: NewStory, deadline: Deadline) -> Lease | ToldStory:
        story_id = claim.request.request_id
        kept = self.stories.read(claim.uid, story_id, self._remaining(deadline))
        if kept is None:
            raise _in_progress(story_id)
        match readmit(kept, claim):
            case Admission.OURS:
                return _own_lease(kept, claim)
            case Admission.REUSED:
                raise RequestIdReusedError(
                    "this requestId belongs to another request: make a new UUID for each story"
                )
            case Admission.REPLAY if kept.finished:
                return ToldStory(kept.story_id, kept.finished, replayed=True)
            case Admission.SAME_FAILURE if kept.failure:
                raise recall(kept.failure.reason, kept.failure.message, kept.failure.facts)
            case Admission.TAKE_OVER:
                lease = self.stories.take_over(kept, claim, self._remaining(deadline))
                if lease:
                    return lease
        raise _in_progress(story_id)

    def _remaining(self, deadline: Deadline) -> float:
        return deadline.remaining(self.clock.monotonic())


def _own_lease(kept: KeptStory, claim: NewStory) -> Lease:
    """Return the lease that `claim` got, although the answer to it was lost."""
    return Lease(kept.uid, kept.story_id, kept.attempt, kept.fence, claim.holder)


def _in_progress(story_id: str) -> InProgressError:
    return InProgressError(
        "this story is being told: follow its document, or send the request again later",
        storyId=story_id,
    )
