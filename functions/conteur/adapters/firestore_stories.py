"""Stories in Firestore: `users/{uid}/stories/{storyId}`, where the story's id is the request's.

Importing this module imports Firestore's client: the composition root does so in the worker.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from google.api_core.exceptions import (
    AlreadyExists,
    DeadlineExceeded,
    FailedPrecondition,
    RetryError,
    ServiceUnavailable,
)
from google.cloud.firestore import Client, DocumentReference, WriteOption

from conteur.adapters import story_documents as documents
from conteur.domain.story import FinishedStory, KeptStory, Lease, NewStory, StoryFailure
from conteur.errors import DeadlineError, InProgressError, Phase


class FirestoreStories:
    """Implements ports.Stories.

    Each write carries a precondition: a claim, that no document is there; every other write,
    that nobody has written since the writer's own last one (`fence` is that update's time).
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    def claim(self, story: NewStory, timeout: float) -> Lease | KeptStory:
        """Create the story's document in one round trip, or read the one that is there."""
        reference = self._reference(story.uid, story.request.request_id)
        with _bounded(Phase.ADMISSION):
            try:
                written = reference.create(documents.claimed(story, 1), retry=None, timeout=timeout)
            except AlreadyExists:
                return self._read(story.uid, reference, timeout)
        return Lease(story.uid, reference.id, attempt=1, fence=written.update_time)

    def take_over(self, kept: KeptStory, story: NewStory, timeout: float) -> Lease | None:
        """Start the next attempt in place of `kept`; None if somebody wrote in the meantime."""
        reference = self._reference(kept.uid, kept.story_id)
        attempt = kept.attempt + 1
        batch = self._client.batch()
        batch.update(reference, documents.claimed(story, attempt), self._unless_written(kept.fence))
        with _bounded(Phase.ADMISSION):
            try:
                (written,) = batch.commit(retry=None, timeout=timeout)
            except FailedPrecondition:
                return None
        return Lease(kept.uid, kept.story_id, attempt, fence=written.update_time)

    def complete(self, lease: Lease, story: FinishedStory, timeout: float) -> None:
        """End the attempt as COMPLETED."""
        self._end(lease, documents.completed(story), timeout)

    def fail(self, lease: Lease, failure: StoryFailure, timeout: float) -> None:
        """End the attempt as FAILED."""
        self._end(lease, documents.failed(failure), timeout)

    def _end(self, lease: Lease, fields: documents.Document, timeout: float) -> None:
        reference = self._reference(lease.uid, lease.story_id)
        with _bounded(Phase.STORE):
            try:
                reference.update(
                    fields,
                    option=self._unless_written(lease.fence),
                    retry=None,
                    timeout=timeout,
                )
            except FailedPrecondition:
                raise InProgressError(
                    "another attempt at this story has taken over: follow its document",
                    storyId=lease.story_id,
                ) from None

    def _read(self, uid: str, reference: DocumentReference, timeout: float) -> KeptStory:
        snapshot = reference.get(retry=None, timeout=timeout)
        document = snapshot.to_dict() or {}
        return documents.kept(uid, reference.id, document, snapshot.update_time)

    def _reference(self, uid: str, story_id: str) -> DocumentReference:
        return self._client.document("users", uid, "stories", story_id)

    def _unless_written(self, fence: object) -> WriteOption:
        return self._client.write_option(last_update_time=fence)


@contextmanager
def _bounded(phase: Phase) -> Iterator[None]:
    """Say in the product's terms that Firestore was too slow, or could not be reached."""
    try:
        yield
    except (DeadlineExceeded, RetryError):
        raise _timed_out(phase, None) from None
    except ServiceUnavailable:
        raise _timed_out(phase, "network") from None


def _timed_out(phase: Phase, cause: str | None) -> DeadlineError:
    return DeadlineError(
        "the store did not answer in time: send the same request again", phase, cause
    )
