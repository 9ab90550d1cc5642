"""The stories that Firestore keeps, read by a server's rights."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from conteur.adapters.firestore_client import ReconnectingClient as Client
from scripts.local.processes import Process

PATIENCE_SECONDS = 30.0

Document = dict[str, Any]


class KeptStories:
    """The stories of one user; `server` is what tells them."""

    def __init__(self, client: Client, uid: str, server: Process) -> None:
        self._user = client.document("users", uid)
        self._stories = self._user.collection("stories")
        self._server = server

    def all(self) -> dict[str, Document]:
        """Return each story by its id."""
        return {story.id: story.to_dict() or {} for story in self._stories.stream()}

    def only(self) -> Document:
        """Return the user's one story."""
        [story] = self.all().values()
        return story

    def all_documents(self) -> set[str]:
        """Return the paths of all that is kept of the user, below the user's own."""
        return {
            f"{group.id}/{document.id}"
            for group in self._user.collections()
            for document in group.stream()
        }

    def ended(self) -> Document:
        """Wait until the user's one story is PROCESSING no more, and return it."""
        return self._server.wait_for(self._ended, "done with the story", PATIENCE_SECONDS)

    def _ended(self) -> Document | None:
        story = self.only()
        return None if story["status"]["state"] == "PROCESSING" else story


@contextmanager
def firestore_client(host: str, project: str) -> Iterator[Client]:
    """Connect to the emulator at `host`."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("FIRESTORE_EMULATOR_HOST", host)
        client = Client(project=project)
    yield client
    client.close()  # type: ignore[no-untyped-call]  # the library's own is untyped
