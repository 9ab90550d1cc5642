"""A Flask response that its handler writes itself, in the request's own thread.

WSGI lets an application push its body through the `write` callable that `start_response`
returns (PEP 3333); gunicorn puts each piece on the socket before `write` returns. So a delta
costs one system call, with no queue, generator or second thread between model and client.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flask import Response

from conteur.entrypoints.callable.channel import Write

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Begin = Callable[[int, list[tuple[str, str]]], Write]
"""Sends the status line and these headers (CORS ones are added), and returns `write`."""


class PushedResponse(Response):
    """Runs `push(begin)` when the server asks for the answer."""

    is_streamed = True  # so that functions-framework does not read the request's body first

    def __init__(self, push: Callable[[Begin], None]) -> None:
        super().__init__()
        self.headers.clear()
        self._push = push

    def __call__(
        self, _environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer as a WSGI application."""

        def begin(status: int, headers: list[tuple[str, str]]) -> Write:
            self.status_code = status
            return start_response(self.status, [*self.headers.to_wsgi_list(), *headers])

        self._push(begin)
        return ()
