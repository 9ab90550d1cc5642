"""A user's stories in Firestore, for what apps do with them besides having them told.

Importing this module imports Firestore's client: the composition root does so in the worker.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from google.api_core.exceptions import FailedPrecondition, NotFound
from google.cloud.firestore import DocumentReference, DocumentSnapshot

from conteur.adapters import story_documents as documents
from conteur.adapters.firestore_below import below, document_of
from conteur.adapters.firestore_client import ReconnectingClient as Client
from conteur.adapters.firestore_commits import Commits, story_reference
from conteur.adapters.firestore_erasure import Erasure
from conteur.adapters.firestore_failures import translated
from conteur.adapters.google_retry import repeated
from conteur.domain.chapter import Chapter
from conteur.domain.charge import give_back
from conteur.domain.data_page import DataDocument, DataPage, page_of
from conteur.domain.rating import Rating
from conteur.domain.story import KeptStory, State
from conteur.errors import Phase
from conteur.telemetry import logs
from conteur.use_cases.library_ports import Erased, ShelvedStory

BLOCKED = "blocked"
"""The collection in which the operator keeps whom they have blocked, by uid."""

_Snapshot = DocumentSnapshot[DocumentReference]


class FirestoreLibrary:
    """Implements library_ports.Chapters and library_ports.Library.

    A story is changed behind its document's update time, as FirestoreStories has it.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._commits = Commits(client)

    def chapter(self, uid: str, story_id: str, timeout: float) -> Chapter | None:
        """Return the story; None where there is none with a text, or it is being told."""
        with translated(Phase.ADMISSION):
            document = self._get(uid, story_id, timeout).to_dict()
        if not document or not document.get("text"):
            return None
        try:
            return _chapter(document, story_id)
        except (KeyError, ValueError, TypeError) as error:  # a newer revision's words
            logs.error("story.unreadable", error, story_id=story_id)
            return None

    def find(self, uid: str, story_id: str, timeout: float) -> ShelvedStory | None:
        """Return the user's story; None if there is none."""
        with translated(Phase.STORE):
            found = self._get(uid, story_id, timeout)
        kept = documents.kept(found)
        if kept is None:
            return None
        return ShelvedStory(kept, documents.rating_in(found.to_dict() or {}))

    def rate(self, kept: KeptStory, rating: Rating, timeout: float) -> bool:
        """Keep the rating with the story; False if anything was written since `kept`."""
        with translated(Phase.STORE):
            try:
                self._commits.update(kept, documents.rated(rating), [], timeout)
            except (FailedPrecondition, NotFound):
                return False
        return True

    def remove(self, kept: KeptStory, timeout: float) -> bool:
        """Delete the story, and give back what it holds; False as `rate` does."""
        held = kept.charge if kept.state is State.PROCESSING else None
        with translated(Phase.STORE):
            try:
                self._commits.delete(kept, [give_back(held)] if held else [], timeout)
            except (FailedPrecondition, NotFound):
                return False
        return True

    def page(self, uid: str, after: str, most: int, timeout: float) -> DataPage:
        """Return at most `most` of the user's documents after the path `after`, or the first."""

        def read(left: float) -> DataPage:
            found = below(self._client, f"users/{uid}", after, most + 1, left)
            return page_of((DataDocument(each.path, each.data) for each in found), most)

        with translated(Phase.STORE):
            return repeated(read, timeout, "firestore")

    def blocked(self, uid: str, timeout: float) -> Mapping[str, Any] | None:
        """Return what the operator has noted about a blocked user; None for any other."""
        with translated(Phase.STORE):
            return repeated(
                lambda left: document_of(self._client, BLOCKED, uid, left), timeout, "firestore"
            )

    def erase(self, uid: str, kept_days: frozenset[str], now: datetime, timeout: float) -> Erased:
        """Delete the user's documents but some counters, as many as there is time for."""
        return Erasure(self._client, uid, kept_days, now, timeout).run()

    def _get(self, uid: str, story_id: str, timeout: float) -> _Snapshot:
        reference = story_reference(self._client, uid, story_id)
        return repeated(lambda left: reference.get(retry=None, timeout=left), timeout, "firestore")


def _chapter(document: Mapping[str, Any], story_id: str) -> Chapter | None:
    if State(document["status"]["state"]) is State.PROCESSING:
        return None
    return Chapter(
        story_id=story_id,
        title=document.get("title", ""),
        text=document["text"],
        request=documents.request_in(document, story_id),
        part=document.get("part", 1),
        series=document.get("series", story_id),
    )
