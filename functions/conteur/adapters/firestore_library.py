"""A user's stories in Firestore, for what apps do with them besides having them told.

Importing this module imports Firestore's client: the composition root does so in the worker.
"""

from conteur.adapters.firestore_client import ReconnectingClient as Client
from conteur.domain.chapter import Chapter


class FirestoreLibrary:
    """Implements library_ports.Chapters and library_ports.Library."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def chapter(self, uid: str, story_id: str, timeout: float) -> Chapter | None:
        """Return the story; None where there is none with a text, or it is being told."""
        del uid, story_id, timeout
        return None
