"""Stories in Firestore: `users/{uid}/stories/{storyId}`, where the story's id is the request's.

Importing this module imports Firestore's client: the composition root does so in the worker.
"""

import time
from collections.abc import Sequence
from dataclasses import replace

from google.api_core.exceptions import AlreadyExists, FailedPrecondition, NotFound
from google.cloud.firestore import DocumentReference, DocumentSnapshot

from conteur.adapters import story_documents as documents
from conteur.adapters.firestore_client import ReconnectingClient as Client
from conteur.adapters.firestore_commits import Commits, Committed, quota_path, story_reference
from conteur.adapters.firestore_failures import translated
from conteur.adapters.google_retry import repeated
from conteur.domain.charge import Posting, charge_again, give_back, reserve, settle
from conteur.domain.deadline import Deadline
from conteur.domain.quota import Standing
from conteur.domain.retention import FOR_EVER, Retention
from conteur.domain.story import (
    Checkpoint,
    Claimed,
    FinishedStory,
    Found,
    KeptStory,
    Lease,
    NewStory,
    State,
    StoryFailure,
)
from conteur.errors import DeadlineError, InProgressError, Phase, StoryNotFoundError

WRITES = 3  # of one change: each but the first behind an earlier write of the same lease


class FirestoreStories:
    """Implements ports.Stories.

    Each write carries a precondition: a claim, that no document is there; every other write,
    that nobody has written since the writer's own last one (`fence` is that update's time). A
    write is repeated where the connection breaks. If only its answer was lost, the repeated
    write fails by its precondition, and the document's `status.holder` tells whose it is.

    Firestore deletes a story once it is past its `expiresAt`, typically within a day
    (https://firebase.google.com/docs/firestore/ttl); until then it is read as before.
    """

    def __init__(self, client: Client, retention: Retention = FOR_EVER) -> None:
        self._client = client
        self._retention = retention
        self._commits = Commits(client)

    def claim(self, story: NewStory, timeout: float) -> Claimed | None:
        """Create the story's document; None if there is one, which may be this claim's own."""
        lease = Lease(story.uid, story.request.request_id, 1, None, story.holder, story.charge)
        fields = documents.claimed(story, lease.attempt)
        with translated(Phase.ADMISSION):
            try:
                done = self._commits.create(lease, fields, [reserve(story.charge)], timeout)
            except AlreadyExists:
                return None
        return _claimed(lease, done)

    def read(self, uid: str, story_id: str, day: str, timeout: float) -> Found:
        """Return the story and the counters as they were at one moment."""
        with translated(Phase.ADMISSION):
            return self._find(uid, story_id, day, timeout)

    def take_over(self, kept: KeptStory, story: NewStory, timeout: float) -> Claimed | None:
        """Take the story over from `kept`; None if somebody wrote in the meantime."""
        deadline = _deadline(timeout)
        lease = Lease(
            kept.uid, kept.story_id, kept.attempt + 1, kept.fence, story.holder, story.charge
        )
        postings = [reserve(story.charge), *_held(kept)]
        with translated(Phase.ADMISSION):
            try:
                fields = documents.claimed(story, lease.attempt)
                done = self._commits.update(lease, fields, postings, timeout)
            except (FailedPrecondition, NotFound):
                return self._own_claim(lease, _left(deadline))
        return _claimed(lease, done)

    def withdraw(self, lease: Lease, timeout: float) -> None:
        """Delete the story; one that is gone was deleted by a try whose answer was lost."""
        deadline = _deadline(timeout)
        with translated(Phase.ADMISSION):
            try:
                self._commits.delete(lease, [give_back(lease.charge)], timeout)
            except (FailedPrecondition, NotFound):
                if self._get(lease.uid, lease.story_id, _left(deadline)):
                    raise _lost(lease) from None

    def checkpoint(self, lease: Lease, checkpoint: Checkpoint, timeout: float) -> Lease:
        """Keep what was released so far, and move the lease's end."""
        renewed = self._write(lease, documents.renewed(checkpoint), [], timeout)
        if isinstance(renewed, KeptStory):
            raise _lost(lease)
        return renewed

    def complete(self, lease: Lease, story: FinishedStory, timeout: float) -> None:
        """End the story as COMPLETED."""
        postings = [settle(lease.charge, story.cost_micros)]
        ended = self._write(lease, self._completed(story), postings, timeout)
        if isinstance(ended, Lease) or _is(story, ended):
            return
        # The sweep has ended it, or a late save of an earlier attempt's story was faster.
        raise _late() if ended.state is State.FAILED else _lost(lease)

    def fail(self, lease: Lease, failure: StoryFailure, timeout: float) -> None:
        """End the story as FAILED; where the lease's own has ended before, it stays as it is."""
        fields, cost = documents.failed(failure, self._retention), failure.cost_micros
        posting = give_back(lease.charge) if cost is None else settle(lease.charge, cost)
        self._write(lease, fields, [posting], timeout)

    def complete_late(self, kept: KeptStory, story: FinishedStory, timeout: float) -> bool:
        """Complete the story; False if anything but this very story was written since `kept`."""
        deadline = _deadline(timeout)
        fields = self._completed(story)
        with translated(Phase.STORE):
            try:
                self._commits.update(kept, fields, _settled_late(kept, story), timeout)
            except (FailedPrecondition, NotFound):
                return _is(story, self._get(kept.uid, kept.story_id, _left(deadline)))
        return True

    def _completed(self, story: FinishedStory) -> documents.Document:
        return documents.completed(story, self._retention)

    def _write(
        self, lease: Lease, fields: documents.Document, postings: Sequence[Posting], timeout: float
    ) -> Lease | KeptStory:
        """Return the lease with its new fence, or its story where that had ended before.

        An earlier write of the same lease, whose answer was lost or is late, is no hindrance.
        Raises DeadlineError (phase store), InProgressError where somebody else has written, and
        StoryNotFoundError where the story was deleted.
        """
        deadline = _deadline(timeout)
        with translated(Phase.STORE):
            for _ in range(WRITES):
                try:
                    done = self._commits.update(lease, fields, postings, _left(deadline))
                except (FailedPrecondition, NotFound):
                    found = self._own(lease, _left(deadline))
                else:
                    return replace(lease, fence=done.fence)
                if found.state is not State.PROCESSING:
                    return found
                lease = replace(lease, fence=found.fence)
        raise _late()

    def _own(self, lease: Lease, timeout: float) -> KeptStory:
        found = self._get(lease.uid, lease.story_id, timeout)
        if found is None:
            raise StoryNotFoundError.of(lease.story_id)
        if found.holder != lease.holder:
            raise _lost(lease)
        return found

    def _own_claim(self, lease: Lease, timeout: float) -> Claimed | None:
        found = self._find(lease.uid, lease.story_id, lease.charge.day, timeout)
        kept = found.story
        if kept is None or kept.holder != lease.holder or kept.state is not State.PROCESSING:
            return None
        return Claimed(replace(lease, fence=kept.fence), found.standing)

    def _get(self, uid: str, story_id: str, timeout: float) -> KeptStory | None:
        reference = story_reference(self._client, uid, story_id)
        found = repeated(lambda left: reference.get(retry=None, timeout=left), timeout, "firestore")
        return documents.kept(found)

    def _find(self, uid: str, story_id: str, day: str, timeout: float) -> Found:
        story = story_reference(self._client, uid, story_id)
        quota = self._client.document(quota_path(uid, day))

        def get(left: float) -> dict[str, DocumentSnapshot[DocumentReference]]:
            found = self._client.get_all([story, quota], retry=None, timeout=left)
            return {snapshot.reference.path: snapshot for snapshot in found}

        found = repeated(get, timeout, "firestore")
        counts = found[quota.path].to_dict() or {}
        standing = Standing(counts.get("stories", 0), counts.get("running", 0))
        return Found(documents.kept(found[story.path]), standing)


def _claimed(lease: Lease, done: Committed) -> Claimed:
    standing = done.standing(lease.uid, lease.charge.day)
    return Claimed(replace(lease, fence=done.fence), standing)


def _held(kept: KeptStory) -> Sequence[Posting]:
    """Return the posting that gives back what a dead attempt at the story still holds."""
    if kept.charge is None or kept.state is not State.PROCESSING:
        return []
    return [give_back(kept.charge)]


def _settled_late(kept: KeptStory, story: FinishedStory) -> Sequence[Posting]:
    if kept.charge is None:
        return []
    post = settle if kept.state is State.PROCESSING else charge_again
    return [post(kept.charge, story.cost_micros)]


def _is(story: FinishedStory, kept: KeptStory | None) -> bool:
    """Return whether `story` is what is kept."""
    finished = kept.finished if kept else None
    return (
        finished is not None
        and finished.completed == story.completed
        and finished.story.text == story.story.text
    )


def _deadline(timeout: float) -> Deadline:
    return Deadline(time.monotonic() + timeout)


def _left(deadline: Deadline) -> float:
    return deadline.remaining(time.monotonic())


def _late() -> DeadlineError:
    return DeadlineError(
        "the store did not take the story in time: send the same request again", Phase.STORE
    )


def _lost(lease: Lease) -> InProgressError:
    return InProgressError(
        "another call has taken this story over: follow its document", storyId=lease.story_id
    )
