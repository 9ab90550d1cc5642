"""The task queue function that stores what the outbox has taken."""

from collections.abc import Callable, Mapping

from flask import Request, Response

from conteur.domain.story import UnsavedStory
from conteur.entrypoints.job import Job
from conteur.telemetry import context
from conteur.telemetry.logs import Field

Read = Callable[[bytes], UnsavedStory]
"""Reads a task's body. Raises MalformedRequestError where no revision can, else BugError."""

Save = Callable[[UnsavedStory], None]
"""Stores the story, or finds that it needs no storing. Raises a ConteurError to be called again."""


class SaveEntrypoint:
    """Answers Cloud Tasks."""

    def __init__(self, job: Job, read: Read, save: Callable[[], Save]) -> None:
        self._job = job
        self._read = read
        self._save = save

    def answer(self, request: Request) -> Response:
        """Return 200 once the story needs no storing any more, or never can be stored."""
        return self._job.answer(request, lambda: self._stored(request.get_data()))

    def _stored(self, body: bytes) -> Mapping[str, Field]:
        unsaved = self._read(body)
        context.amend(request_id=unsaved.story_id)  # a story's id is its request's
        self._save()(unsaved)
        return {}
