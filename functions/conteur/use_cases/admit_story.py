"""Admit a story order: claim its document, or settle what is already there."""

from dataclasses import dataclass
from datetime import timedelta

from conteur.domain.admission import Admission, readmit
from conteur.domain.fingerprint import fingerprint
from conteur.domain.story import KeptStory, Lease, NewStory
from conteur.errors import InProgressError, RequestIdReusedError, recall
from conteur.use_cases.orders import StoryOrder, ToldStory
from conteur.use_cases.ports import Clock, Stories

LEASE_SECONDS = 60.0  # as long as the function may run


@dataclass(frozen=True, slots=True)
class AdmitStory:
    """The use case, with the ports it needs."""

    stories: Stories
    clock: Clock

    def __call__(self, order: StoryOrder) -> Lease | ToldStory:
        """Return the right to tell the story, or the story if it was told before.

        Raises RequestIdReusedError, InProgressError, the failure that ended the same request
        for good, or DeadlineError.
        """
        claim = self._claim(order)
        claimed = self.stories.claim(claim, self._remaining(order))
        if isinstance(claimed, Lease):
            return claimed
        return self._settle(claimed, claim, order)

    def _claim(self, order: StoryOrder) -> NewStory:
        now = self.clock.now()
        return NewStory(
            uid=order.uid,
            request=order.request,
            fingerprint=fingerprint(order.request),
            started=now,
            lease_until=now + timedelta(seconds=LEASE_SECONDS),
        )

    def _settle(self, kept: KeptStory, claim: NewStory, order: StoryOrder) -> Lease | ToldStory:
        match readmit(kept, claim.fingerprint, claim.started):
            case Admission.REUSED:
                raise RequestIdReusedError(
                    "this requestId belongs to another request: make a new UUID for each story"
                )
            case Admission.REPLAY if kept.finished:
                return ToldStory(kept.story_id, kept.finished, replayed=True)
            case Admission.SAME_FAILURE if kept.failure:
                raise recall(kept.failure.reason, kept.failure.message, kept.failure.facts)
            case Admission.TAKE_OVER:
                lease = self.stories.take_over(kept, claim, self._remaining(order))
                if lease:
                    return lease
        raise InProgressError(
            "this story is being told: follow its document, or send the request again later",
            storyId=kept.story_id,
        )

    def _remaining(self, order: StoryOrder) -> float:
        return order.deadline.remaining(self.clock.monotonic())
