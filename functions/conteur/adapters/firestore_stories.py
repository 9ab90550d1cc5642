"""Stories in Firestore: `users/{uid}/stories/{storyId}`, where the story's id is the request's.

Importing this module imports Firestore's client: the composition root does so in the worker.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from google.api_core.exceptions import AlreadyExists, FailedPrecondition
from google.cloud.firestore import Client, DocumentReference, DocumentSnapshot

from conteur.adapters import story_documents as documents
from conteur.adapters.firestore_failures import translated
from conteur.adapters.google_retry import repeated
from conteur.domain.deadline import Deadline
from conteur.domain.story import FinishedStory, KeptStory, Lease, NewStory, State, StoryFailure
from conteur.errors import InProgressError, Phase

_Answer = TypeVar("_Answer")


class FirestoreStories:
    """Implements ports.Stories.

    Each write carries a precondition: a claim, that no document is there; every other write,
    that nobody has written since the writer's own last one (`fence` is that update's time). A
    write is repeated where the connection breaks. If only its answer was lost, the repeated
    write fails by its precondition, and the document's `status.holder` tells whose it is.
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    def claim(self, story: NewStory, timeout: float) -> Lease | None:
        """Create the story's document; None if there is one, which may be this claim's own."""
        reference = self._reference(story.uid, story.request.request_id)
        fields = documents.claimed(story, attempt=1)
        with translated(Phase.ADMISSION):
            try:
                written = _repeated(
                    lambda left: reference.create(fields, retry=None, timeout=left), timeout
                )
            except AlreadyExists:
                return None
        return Lease(story.uid, reference.id, 1, written.update_time, story.holder)

    def read(self, uid: str, story_id: str, timeout: float) -> KeptStory | None:
        """Return the story as it is kept; None if it is gone."""
        with translated(Phase.ADMISSION):
            snapshot = _get(self._reference(uid, story_id), timeout)
        document = snapshot.to_dict()
        if document is None:
            return None
        return documents.kept(uid, story_id, document, snapshot.update_time)

    def take_over(self, kept: KeptStory, story: NewStory, timeout: float) -> Lease | None:
        """Take the story over from `kept`; None if somebody wrote in the meantime."""
        seized = Lease(kept.uid, kept.story_id, kept.attempt + 1, kept.fence, story.holder)
        fields = documents.claimed(story, seized.attempt)
        with translated(Phase.ADMISSION):
            fence = self._update(seized, fields, State.PROCESSING, timeout)
        return None if fence is None else replace(seized, fence=fence)

    def complete(self, lease: Lease, story: FinishedStory, timeout: float) -> None:
        """End the story as COMPLETED."""
        self._end(lease, documents.completed(story), State.COMPLETED, timeout)

    def fail(self, lease: Lease, failure: StoryFailure, timeout: float) -> None:
        """End the story as FAILED."""
        self._end(lease, documents.failed(failure), State.FAILED, timeout)

    def _end(self, lease: Lease, fields: documents.Document, state: State, timeout: float) -> None:
        with translated(Phase.STORE):
            fence = self._update(lease, fields, state, timeout)
        if fence is None:
            raise InProgressError(
                "another call has taken this story over: follow its document",
                storyId=lease.story_id,
            )

    def _update(
        self, lease: Lease, fields: documents.Document, state: State, timeout: float
    ) -> object | None:
        """Write `fields`, which bring `state`, and return the new fence.

        None if somebody else has written since the lease's fence.
        """
        deadline = Deadline(time.monotonic() + timeout)
        reference = self._reference(lease.uid, lease.story_id)
        unless_written = self._client.write_option(last_update_time=lease.fence)

        def update(left: float) -> object:
            return reference.update(fields, unless_written, retry=None, timeout=left).update_time

        try:
            return _repeated(update, timeout)
        except FailedPrecondition:
            snapshot = _get(reference, deadline.remaining(time.monotonic()))
        own = documents.is_written_by(lease.holder, state, snapshot.to_dict())
        return snapshot.update_time if own else None

    def _reference(self, uid: str, story_id: str) -> DocumentReference:
        return self._client.document("users", uid, "stories", story_id)


def _get(reference: DocumentReference, timeout: float) -> DocumentSnapshot[DocumentReference]:
    return _repeated(lambda left: reference.get(retry=None, timeout=left), timeout)


def _repeated(call: Callable[[float], _Answer], timeout: float) -> _Answer:
    return repeated(call, timeout, "firestore")
