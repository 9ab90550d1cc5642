"""Stories in Firestore: `users/{uid}/stories/{storyId}`, where the story's id is the request's.

Importing this module imports Firestore's client: the composition root does so in the worker.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from google.api_core.exceptions import (
    AlreadyExists,
    DeadlineExceeded,
    FailedPrecondition,
    GoogleAPICallError,
    RetryError,
    ServiceUnavailable,
)
from google.auth.exceptions import GoogleAuthError, TransportError
from google.cloud.firestore import Client, DocumentReference, WriteOption

from conteur.adapters import story_documents as documents
from conteur.domain.story import FinishedStory, KeptStory, Lease, NewStory, StoryFailure
from conteur.errors import DeadlineError, InProgressError, Phase
from conteur.telemetry import logs

_PASSING = (DeadlineExceeded, RetryError, ServiceUnavailable, TransportError)


class FirestoreStories:
    """Implements ports.Stories.

    Each write carries a precondition: a claim, that no document is there; every other write,
    that nobody has written since the writer's own last one (`fence` is that update's time).
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    def claim(self, story: NewStory, timeout: float) -> Lease | None:
        """Create the story's document; None if there is one."""
        reference = self._reference(story.uid, story.request.request_id)
        with _translated(Phase.ADMISSION):
            try:
                written = reference.create(documents.claimed(story, 1), retry=None, timeout=timeout)
            except AlreadyExists:
                return None
        return Lease(story.uid, reference.id, attempt=1, fence=written.update_time)

    def read(self, uid: str, story_id: str, timeout: float) -> KeptStory | None:
        """Return the story as it is kept; None if it is gone."""
        with _translated(Phase.ADMISSION):
            snapshot = self._reference(uid, story_id).get(retry=None, timeout=timeout)
        document = snapshot.to_dict()
        if document is None:
            return None
        return documents.kept(uid, story_id, document, snapshot.update_time)

    def take_over(self, kept: KeptStory, story: NewStory, timeout: float) -> Lease | None:
        """Start the next attempt in place of `kept`; None if somebody wrote in the meantime."""
        reference = self._reference(kept.uid, kept.story_id)
        attempt = kept.attempt + 1
        batch = self._client.batch()
        batch.update(reference, documents.claimed(story, attempt), self._unless_written(kept.fence))
        with _translated(Phase.ADMISSION):
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
        with _translated(Phase.STORE):
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

    def _reference(self, uid: str, story_id: str) -> DocumentReference:
        return self._client.document("users", uid, "stories", story_id)

    def _unless_written(self, fence: object) -> WriteOption:
        return self._client.write_option(last_update_time=fence)


@contextmanager
def _translated(phase: Phase) -> Iterator[None]:
    """Tell of every failure of Firestore in the product's terms; what it was is in the log."""
    try:
        yield
    except (GoogleAPICallError, RetryError, GoogleAuthError) as error:
        if not isinstance(error, _PASSING):
            logs.error("store.failed", error, phase=phase)
        cause = "network" if isinstance(error, ServiceUnavailable | TransportError) else None
        raise DeadlineError(
            "the store did not take it in time: send the same request again", phase, cause
        ) from None
