"""One user's app: the real SDK, connected to the product."""

import json
import uuid
from dataclasses import dataclass, replace
from typing import Any, Self

from tests.clients.backends import Backend, Connection
from tests.clients.client import Call, Client, Record
from tests.clients.kept_stories import KeptStories
from tests.clients.story_model import StoryModel
from tests.private_texts import note_request


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
        note_request(request)
        text = request if isinstance(request, str) else json.dumps(request)
        job = {"scenario": scenario, "connection": self.connection, "request": text, **options}
        return self.client.start(job)

    def play(self, scenario: str, request: object = None, **options: Any) -> Record:  # noqa: ANN401 - any JSON
        """Play a scenario to its end, and return what the app saw."""
        return self.start(scenario, request, **options).record()

    def result(self, function: str, request: object) -> Record:
        """Call `function`, and return its result."""
        result: Record = self.play("whole", request, function=function)["result"]["value"]
        return result

    def error(self, function: str, request: object, scenario: str = "whole") -> Record:
        """Call `function`, and return the error that the app saw: of a stream, in both ways."""
        record = self.play(scenario, request, function=function)
        error: Record = record["result"]["error"]
        if scenario == "stream":
            assert (record["iteration"], record["chunks"]) == (record["result"], [])
        return error

    def tells(self, request: Record, *texts: str) -> Record:
        """Have the model tell a story of these texts, and return the result of asking for it."""
        self.model.tells(request["prompt"], *texts)
        return self.result("generate_story", request)


def new_app(client: Client, backend: Backend) -> App:
    """Return the app of a user who never called before."""
    uid = f"user-{uuid.uuid4()}"
    return App(client, backend, uid, backend.connection(uid))
