"""Streaming callables for Python: the callable protocol of Firebase, whole and streamed.

    now = time.monotonic
    edge = Edge(authenticator, observer, Heartbeat(timers, now), ReadingLimit(timers, now), now)

    def greet(call: Call, emit: Emit) -> Mapping[str, Any]:
        emit({"type": "delta", "text": "Hello "})      # one chunk, on the wire when emit returns
        return {"text": f"Hello {call.caller.uid}"}     # the terminal event, or the whole answer

    def greeting(request: flask.Request) -> flask.Response:
        return edge.answer(request, greet)

A handler that raises a ConteurError answers with its code, message and details; any other
exception is answered as `internal` and handed to the observer with its traceback.
"""

from conteur.entrypoints.callable.calls import (
    Authenticator,
    Call,
    Caller,
    Emit,
    Handler,
    Observer,
)
from conteur.entrypoints.callable.client_watch import ClientWatch
from conteur.entrypoints.callable.edge import Edge
from conteur.entrypoints.callable.heartbeat import Heartbeat
from conteur.entrypoints.callable.reading_limit import ReadingLimit

__all__ = [
    "Authenticator",
    "Call",
    "Caller",
    "ClientWatch",
    "Edge",
    "Emit",
    "Handler",
    "Heartbeat",
    "Observer",
    "ReadingLimit",
]
