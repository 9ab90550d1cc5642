"""The stories that Firestore keeps, read by a server's rights."""

import queue
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from google.cloud.firestore import Client, DocumentSnapshot

PATIENCE_SECONDS = 30.0

Document = dict[str, Any]
Snapshot = DocumentSnapshot[Any]


class KeptStories:
    """The stories of one user."""

    def __init__(self, client: Client, uid: str) -> None:
        self._stories = client.collection("users", uid, "stories")

    def all(self) -> dict[str, Document]:
        """Return each story by its id."""
        return {story.id: story.to_dict() or {} for story in self._stories.stream()}

    def only(self) -> Document:
        """Return the user's one story."""
        [story] = self.all().values()
        return story

    def ended(self) -> Document:
        """Wait until the user's one story is PROCESSING no more, and return it."""
        ended: queue.Queue[Document] = queue.Queue()

        def look(stories: Sequence[Snapshot], *_: object) -> None:
            for story in stories:
                if story.get("status.state") != "PROCESSING":
                    ended.put(story.to_dict() or {})

        watch = self._stories.on_snapshot(look)
        try:
            return ended.get(timeout=PATIENCE_SECONDS)
        finally:
            watch.unsubscribe()


@contextmanager
def firestore_client(host: str, project: str) -> Iterator[Client]:
    """Connect to the emulator at `host`."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("FIRESTORE_EMULATOR_HOST", host)
        client = Client(project=project)
    yield client
    client.close()
