"""The leases of all users' stories in Firestore, by the index that firestore.indexes.json asks for.

Importing this module imports Firestore's client: the composition root does so in the worker.
"""

from collections.abc import Sequence
from datetime import datetime

from google.cloud.firestore import Client, DocumentReference, DocumentSnapshot
from google.cloud.firestore_v1.base_query import FieldFilter

from conteur.adapters import story_documents as documents
from conteur.adapters.firestore_failures import translated
from conteur.adapters.google_retry import NEVER, repeated
from conteur.domain.story import KeptStory
from conteur.errors import Phase
from conteur.telemetry import logs


class FirestoreLeases:
    """Implements ports.Leases.

    A story's end removes `status.leaseShard`, so that the index holds the PROCESSING ones only.
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    def expired(self, shard: int, now: datetime, most: int, timeout: float) -> Sequence[KeptStory]:
        """Return the shard's stories whose lease is over, the oldest leases first."""
        query = (
            self._client.collection_group("stories")
            .where(filter=FieldFilter("status.leaseShard", "==", shard))
            .where(filter=FieldFilter("status.leaseUntil", "<=", now))
            .order_by("status.leaseUntil")
            .limit(most)
        )
        with translated(Phase.STORE):
            found = repeated(
                lambda left: query.get(retry=NEVER, timeout=left), timeout, "firestore"
            )
        return [story for snapshot in found if (story := _read(snapshot))]


def _read(snapshot: DocumentSnapshot[DocumentReference]) -> KeptStory | None:
    """Return the story; None where a newer revision's words are not understood."""
    try:
        return documents.kept(snapshot)
    except (KeyError, ValueError, TypeError) as error:
        logs.error("story.unreadable", error, story_id=snapshot.id)
        return None
