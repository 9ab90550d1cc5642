"""A callable that apps call, over a handler that is built when it is needed."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Request, Response

from conteur.entrypoints.callable import Call, Edge, Emit, Handler


class CallableEntrypoint:
    """Answers its callers. The handler is taken when the first of them is known."""

    def __init__(self, edge: Edge, handler: Callable[[], Handler]) -> None:
        self._edge = edge
        self._handler = handler

    def answer(self, request: Request) -> Response:
        """Return the response in which the handler answers."""
        return self._edge.answer(request, self._handle)

    def _handle(self, call: Call, emit: Emit) -> Mapping[str, Any]:
        return self._handler()(call, emit)
