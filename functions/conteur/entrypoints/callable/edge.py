"""The streaming edge: a Python callable that answers whole or streams.

firebase-functions for Python has no streaming callables, and the JS SDK's `.stream()` never
settles on an answer that is not a stream. So a client that asks for a stream always gets
HTTP 200 and one, errors included, with exactly one terminal event.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from flask import Request, Response
from flask_cors import cross_origin

from conteur.entrypoints.callable import protocol
from conteur.entrypoints.callable.calls import Authenticator, Call, Emit, Handler, Observer
from conteur.entrypoints.callable.channel import Channel
from conteur.entrypoints.callable.client_watch import ClientWatch
from conteur.entrypoints.callable.connection import Connection
from conteur.entrypoints.callable.departure import Departure
from conteur.entrypoints.callable.exchange import Answer, Exchange
from conteur.entrypoints.callable.heartbeat import Heartbeat
from conteur.entrypoints.callable.pushed import Begin, PushedResponse
from conteur.entrypoints.callable.reading_limit import ReadingLimit
from conteur.errors import BugError, ConteurError
from conteur.telemetry import logs

if TYPE_CHECKING:
    from conteur.use_cases.ports import Cancellation

EMULATOR_HEALTH_PATH = "/__/health"  # the Functions emulator asks it of every new worker

_STREAM_HEADERS = [
    ("Content-Type", f"{protocol.STREAM}; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("X-Accel-Buffering", "no"),  # a proxy in between must not hold events back
]

_with_cors = cross_origin(origins="*", methods="POST")  # as `on_call` has it


@dataclass(frozen=True, slots=True)
class Edge:
    """Answers calls: decodes them, says who is asking, and speaks the protocol both ways.

    Without a `client_watch` a call goes on whether its client is still there or not.
    """

    authenticator: Authenticator
    observer: Observer
    heartbeat: Heartbeat
    reading_limit: ReadingLimit
    monotonic: Callable[[], float]
    client_watch: ClientWatch | None = None

    def answer(self, request: Request, handler: Handler) -> Response:
        """Return the response in which `handler` answers, with the CORS headers of `on_call`."""
        response: Response = _with_cors(partial(self._respond, request, handler))()
        return response

    def _respond(self, request: Request, handler: Handler) -> Response:
        if request.path == EMULATOR_HEALTH_PATH:
            return Response("OK")
        exchange = self._read(request)
        push = self._push_stream if exchange.stream else self._push_whole
        return PushedResponse(partial(push, exchange, handler))

    def _read(self, request: Request) -> Exchange:
        connection = Connection.of(request)
        with ExitStack() as limited:
            _try(lambda: limited.enter_context(self.reading_limit.on(connection)))
            return Exchange.read(request, connection, self.monotonic())

    def _push_stream(self, exchange: Exchange, handler: Handler, begin: Begin) -> None:
        channel = Channel(begin(200, _STREAM_HEADERS), self.monotonic)
        departure = Departure()
        with ExitStack() as watched:
            if protocol.skips_comments(exchange.headers.get("User-Agent", "")):
                _try(lambda: watched.enter_context(self.heartbeat.watch(channel)))
            self._watch(lambda: channel.gone or exchange.connection.has_ended(), departure, watched)
            answer = self._perform(
                exchange,
                handler,
                departure,
                lambda message: channel.send(protocol.encode_message(message)),
            )
            channel.end(answer.body)
        self._ended(exchange, answer)

    def _push_whole(self, exchange: Exchange, handler: Handler, begin: Begin) -> None:
        departure = Departure()
        with ExitStack() as watched:
            self._watch(exchange.connection.has_ended, departure, watched)
            answer = self._perform(exchange, handler, departure, lambda _message: None)
        channel = Channel(begin(answer.http_status, answer.headers), self.monotonic)
        channel.end(answer.body)
        self._ended(exchange, answer)

    def _watch(
        self, has_left: Callable[[], bool], departure: Departure, watched: ExitStack
    ) -> None:
        watch = self.client_watch
        if watch is not None:
            _try(lambda: watched.enter_context(watch.watch(has_left, departure)))

    def _perform(
        self, exchange: Exchange, handler: Handler, cancellation: "Cancellation", emit: Emit
    ) -> Answer:
        _try(lambda: self.observer.started(exchange.headers, exchange.request_id))
        try:
            return self._handled(exchange, handler, cancellation, emit)
        except BaseException as cause:  # noqa: BLE001 - the edge: the client hears of whatever happens, even of SystemExit, which ends no thread of a pool
            bug = BugError(
                "something went wrong on our side and was logged: try again, and report this"
                " request id if it goes on"
            )
            return self._failed(exchange, bug, cause)

    def _handled(
        self, exchange: Exchange, handler: Handler, cancellation: "Cancellation", emit: Emit
    ) -> Answer:
        try:
            return exchange.success(handler(self._call(exchange, cancellation), emit))
        except ConteurError as error:
            return self._failed(exchange, error, None)

    def _failed(
        self, exchange: Exchange, error: ConteurError, cause: BaseException | None
    ) -> Answer:
        _try(lambda: self.observer.failed(error, cause))
        return exchange.failure(error)

    def _call(self, exchange: Exchange, cancellation: "Cancellation") -> Call:
        data = exchange.decode()
        _try(lambda: self.observer.identified(exchange.request_id))
        caller = self.authenticator.authenticate(exchange.headers)
        return Call(
            data=data,
            caller=caller,
            request_id=exchange.request_id,
            received=exchange.received,
            queued=exchange.queued,
            cancellation=cancellation,
            headers=exchange.headers,
            peer=exchange.peer,
        )

    def _ended(self, exchange: Exchange, answer: Answer) -> None:
        seconds = self.monotonic() - exchange.received
        _try(lambda: self.observer.ended(answer.error, seconds, exchange.queued))


def _try(beside: Callable[[], object]) -> None:
    """Do what goes on beside an answer; its failure must not cost the client the answer."""
    try:
        beside()
    except BaseException as error:  # noqa: BLE001 - likewise; the logs themselves may be what fails
        logs.last_resort("edge.beside_failed", error)
