"""`generate_story`: the callable that apps call."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Request, Response

from conteur.entrypoints.callable import Call, Edge, Emit, Handler


class StoryEntrypoint:
    """The callable. What tells stories is taken when the first caller is known."""

    def __init__(self, edge: Edge, handler: Callable[[], Handler]) -> None:
        self._edge = edge
        self._handler = handler

    def answer(self, request: Request) -> Response:
        """Return the response in which the story is told."""
        return self._edge.answer(request, self._tell)

    def _tell(self, call: Call, emit: Emit) -> Mapping[str, Any]:
        return self._handler()(call, emit)
