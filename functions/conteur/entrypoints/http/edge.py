"""The HTTP edge: from a Flask request to its answer, one check after the other.

    edge = HttpEdge(routes, handlers, guards, observer, reading_limit, Surroundings(...))

    def store_api(request: flask.Request) -> flask.Response:
        return edge.answer(request)

The order is fixed, and each check wins over all after it: path (404) and method (405), whether the
route is open (503), the body's size (413) and type (415), who calls (401), how often (429), the
body (400), then the handler.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial

from flask import Request, Response

from conteur.domain.deadline import Deadline
from conteur.domain.store.answer import Answer
from conteur.domain.store.author import Subject
from conteur.entrypoints.callable.connection import Connection
from conteur.entrypoints.callable.edge import EMULATOR_HEALTH_PATH
from conteur.entrypoints.callable.pushed import Begin, PushedResponse
from conteur.entrypoints.callable.reading_limit import ReadingLimit
from conteur.entrypoints.http.calls import Arrival, Guards, HttpCall, HttpHandler, HttpObserver
from conteur.entrypoints.http.exchange import Exchange, Reply
from conteur.entrypoints.http.headers import rate_limit
from conteur.entrypoints.http.reading import decode
from conteur.entrypoints.http.routes import Match, Routes
from conteur.errors import BugError, ConteurError, RateLimitedError, recall
from conteur.telemetry import logs

_FIRST_PROBLEM = 400


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where the routes are (`api_url`), how many seconds a request has, and its clock."""

    api_url: str
    deadline_seconds: float
    monotonic: Callable[[], float]


@dataclass(frozen=True, slots=True)
class HttpEdge:
    """Answers requests. `handlers`, by the routes' names, are taken when a first one is needed."""

    routes: Routes
    handlers: Callable[[], Mapping[str, HttpHandler]]
    guards: Guards
    observer: HttpObserver
    reading_limit: ReadingLimit
    surroundings: Surroundings

    def answer(self, request: Request) -> Response:
        """Return the response that answers `request`."""
        if request.path == EMULATOR_HEALTH_PATH:
            return Response("OK")
        return PushedResponse(partial(self._push, self._read(request)))

    def _read(self, request: Request) -> Exchange:
        connection = Connection.of(request)
        with ExitStack() as limited:
            _try(lambda: limited.enter_context(self.reading_limit.on(connection)))
            return Exchange.read(request, connection, self.surroundings.monotonic())

    def _push(self, exchange: Exchange, begin: Begin) -> None:
        reply = self._perform(exchange)
        write = begin(reply.status, [*reply.headers.items()])
        if reply.body and exchange.method != "HEAD":
            with suppress(OSError):  # the client is gone
                write(reply.body)
        seconds = self.surroundings.monotonic() - exchange.received
        _try(lambda: self.observer.ended(reply, seconds, exchange.queued))

    def _perform(self, exchange: Exchange) -> Reply:
        _try(
            lambda: self.observer.started(
                exchange.headers, exchange.request_id, exchange.correlation
            )
        )
        try:
            return self._handled(exchange)
        except ConteurError as error:
            return self._failed(exchange, error, None)
        except BaseException as cause:  # noqa: BLE001 - the edge: the client hears of whatever happens, even of SystemExit, which ends no thread of a pool
            return self._failed(exchange, BugError("nobody foresaw this"), cause)

    def _failed(
        self, exchange: Exchange, error: ConteurError, cause: BaseException | None
    ) -> Reply:
        _try(lambda: self.observer.failed(error, cause))
        return exchange.failure(error, self.surroundings.api_url)

    def _handled(self, exchange: Exchange) -> Reply:
        match = self.routes.find(exchange.method, exchange.path, exchange.raw_path)
        if exchange.method == "OPTIONS":
            return exchange.preflight(match.route)
        self.guards.check_open(match.route)
        arrival = Arrival(exchange.received, partial(self._admit, exchange, match))
        answer = self.handlers()[match.route.name](arrival)
        error = _error_of(answer)
        if error is not None:
            _try(lambda: self.observer.failed(error, None))
        return exchange.success(answer, error)

    def _admit(self, exchange: Exchange, match: Match) -> HttpCall:
        body = exchange.checked_media()
        deadline = Deadline(exchange.received + self.surroundings.deadline_seconds)
        subject = self.guards.identify(match, exchange.headers, body, deadline)
        if subject is not None:
            self._count(exchange, subject)
        return HttpCall(
            route=match.route,
            parameters=match.parameters,
            query=exchange.query,
            headers=exchange.headers,
            body=body,
            data=decode(exchange.checked_body()),
            subject=subject,
            correlation=exchange.correlation,
            request=exchange.request_id,
            deadline=deadline,
        )

    def _count(self, exchange: Exchange, subject: Subject) -> None:
        allowance = self.guards.count(subject)
        exchange.more_headers |= rate_limit(allowance)
        if not allowance.allowed:
            raise RateLimitedError(
                f"{allowance.rule.requests} requests in {allowance.rule.seconds} s are the most:"
                " wait `Retry-After` seconds",
                retry_after_seconds=allowance.reset_seconds,
            )


def _error_of(answer: Answer) -> ConteurError | None:
    """Return the error that an answer tells of: one that was kept is no exception any more."""
    if answer.status < _FIRST_PROBLEM:
        return None
    members = json.loads(answer.body)
    return recall(members["error"], members["message"], {})


def _try(beside: Callable[[], object]) -> None:
    """Do what goes on beside an answer; its failure must not cost the client the answer."""
    try:
        beside()
    except BaseException as error:  # noqa: BLE001 - likewise; the logs themselves may be what fails
        logs.last_resort("edge.beside_failed", error)
