"""What a handler is given, and what the edge needs of its surroundings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from conteur.domain.deadline import Deadline
from conteur.domain.store.answer import Answer
from conteur.domain.store.author import Subject
from conteur.domain.store.rate_limit import Allowance
from conteur.entrypoints.http.exchange import Reply
from conteur.entrypoints.http.routes import Match, Route
from conteur.errors import ConteurError
from conteur.telemetry.context import Headers


@dataclass(frozen=True, slots=True)
class HttpCall:
    """One request that has passed every check but its handler's own.

    `parameters` are the path's, `data` is the body, decoded. `subject` is None where anybody or a
    provider calls. `correlation` may be the caller's choice, `request` is this request's own id.
    """

    route: Route
    parameters: Mapping[str, str]
    query: Mapping[str, str]
    headers: Headers
    body: bytes
    data: Mapping[str, Any]
    subject: Subject | None
    correlation: UUID
    request: UUID
    deadline: Deadline


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request to a route that is open. `received` is when it came, on the monotonic clock.

    `admit` makes all checks from the body's size to its content, and raises why it may not pass.
    """

    received: float
    admit: Callable[[], HttpCall]


HttpHandler = Callable[[Arrival], Answer]
"""Answers a request, or raises a ConteurError."""


class Guards(Protocol):
    """Says who may pass."""

    def check_open(self, route: Route) -> None:
        """Raise why the route does not answer at the moment."""

    def identify(
        self, match: Match, headers: Headers, body: bytes, deadline: Deadline
    ) -> Subject | None:
        """Return the author who calls, None on a route for others. Raises why they may not."""

    def count(self, subject: Subject) -> Allowance:
        """Count a request of the author."""


class HttpObserver(Protocol):
    """Hears of every request: logs and metrics hang here."""

    def started(self, headers: Headers, request_id: UUID, correlation: UUID) -> None:
        """A request has arrived."""

    def failed(self, error: ConteurError, cause: BaseException | None) -> None:
        """The request fails; `cause` is there when nobody foresaw it."""

    def ended(self, reply: Reply, seconds: float, queued: float) -> None:
        """The answer was handed to the server, `seconds` after the request's arrival.

        `queued` of them were waits for a free thread.
        """
