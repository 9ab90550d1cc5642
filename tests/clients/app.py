"""One user's app: the real SDK, connected to the product."""

import json
import uuid
from dataclasses import dataclass, replace
from typing import Any, Self

from tests.clients.backends import Backend, Connection
from tests.clients.client import Call, Client, Record
from tests.clients.kept_stories import KeptStories
from tests.clients.story_model import StoryModel


@dataclass(frozen=True)
class App:
    """An app in `client`, signed in as its connection says."""

    client: Client
    backend: Backend
    uid: str
    connection: Connection

    @property
    def model(self) -> StoryModel:
        return self.backend.model

    @property
    def stories(self) -> KeptStories:
        return self.backend.stories(self.uid)

    def connected(self, **changes: object) -> Self:
        """Return the app with another token, signed out, or on another way to the product."""
        return replace(self, connection={**self.connection, **changes})

    def start(self, scenario: str, request: object = None, **options: Any) -> Call:  # noqa: ANN401 - any JSON
        """Start a scenario; a request that is a text is JSON already."""
        text = request if isinstance(request, str) else json.dumps(request)
        job = {"scenario": scenario, "connection": self.connection, "request": text, **options}
        return self.client.start(job)

    def play(self, scenario: str, request: object = None, **options: Any) -> Record:  # noqa: ANN401 - any JSON
        """Play a scenario to its end, and return what the app saw."""
        return self.start(scenario, request, **options).record()


def new_app(client: Client, backend: Backend) -> App:
    """Return the app of a user who never called before."""
    uid = f"user-{uuid.uuid4()}"
    return App(client, backend, uid, backend.connection(uid))
