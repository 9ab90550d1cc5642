"""What a handler is given, and what the edge needs of its surroundings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from conteur.errors import ConteurError
from conteur.telemetry.context import Headers

if TYPE_CHECKING:
    from conteur.use_cases.ports import Cancellation


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling, proved by a token. `app_id` is None where App Check is off.

    `signed_in` is when the token's session began, seconds since the epoch; 0 where it is unknown.
    """

    uid: str
    provider: str
    app_id: str | None = None
    signed_in: float = 0.0


@dataclass(frozen=True, slots=True)
class Call:
    """One call: its data, its caller, its id, and when it arrived (monotonic seconds).

    `queued` of the seconds since were waits for a free thread, as far as the system tells;
    `cancellation` says when nobody waits for the answer any more, where that is looked after.
    `headers` are the request's, and `peer` is the address that it came from, a proxy's mostly.
    """

    data: object
    caller: Caller
    request_id: str
    received: float
    queued: float
    cancellation: "Cancellation"
    headers: Headers = field(default_factory=dict[str, str])
    peer: str = ""


Emit = Callable[[Mapping[str, Any]], None]
"""Shows one chunk to a client that streams; does nothing for one that waits for the whole."""

Handler = Callable[[Call, Emit], Mapping[str, Any]]
"""Answers a call with a JSON object, or raises a ConteurError."""


class Authenticator(Protocol):
    """Finds out who is calling."""

    def authenticate(self, headers: Headers) -> Caller:
        """Return the caller. Raises UnauthenticatedError or AuthUnavailableError."""


class Observer(Protocol):
    """Hears of every call: logs and metrics hang here."""

    def started(self, headers: Headers, request_id: str) -> None:
        """A call has arrived."""

    def identified(self, request_id: str) -> None:
        """The call's body names its own request id."""

    def failed(self, error: ConteurError, cause: BaseException | None) -> None:
        """The call fails; `cause` is there when nobody foresaw it."""

    def ended(self, error: ConteurError | None, seconds: float, queued: float) -> None:
        """The terminal answer was handed to the server, `seconds` after the call's arrival.

        `queued` of them were waits for a free thread.
        """
