"""Admit a story order: claim its document, or settle what is already there."""

from dataclasses import dataclass
from datetime import timedelta

from conteur.domain.admission import Admission, readmit
from conteur.domain.deadline import LONGEST_CALL_SECONDS
from conteur.domain.fingerprint import fingerprint
from conteur.domain.story import Lease, NewStory
from conteur.errors import InProgressError, RequestIdReusedError, recall
from conteur.use_cases.orders import StoryOrder, ToldStory
from conteur.use_cases.ports import Clock, Stories


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
        lease = self.stories.claim(claim, self._remaining(order))
        return lease or self._settle(claim, order)

    def _claim(self, order: StoryOrder) -> NewStory:
        now = self.clock.now()
        return NewStory(
            uid=order.uid,
            request=order.request,
            fingerprint=fingerprint(order.request),
            started=now,
            lease_until=now + timedelta(seconds=LONGEST_CALL_SECONDS),
        )

    def _settle(self, claim: NewStory, order: StoryOrder) -> Lease | ToldStory:
        story_id = claim.request.request_id
        kept = self.stories.read(claim.uid, story_id, self._remaining(order))
        if kept is None:
            raise _in_progress(story_id)
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
        raise _in_progress(story_id)

    def _remaining(self, order: StoryOrder) -> float:
        return order.deadline.remaining(self.clock.monotonic())


def _in_progress(story_id: str) -> InProgressError:
    return InProgressError(
        "this story is being told: follow its document, or send the request again later",
        storyId=story_id,
    )
