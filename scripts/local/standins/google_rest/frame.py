"""Stand-ins for Google's REST services: on one port, each below its host's name.

Whoever calls them has the URL of `serve(ServiceUsage(...), FirebaseRules(...))` as GOOGLE_REST_URL,
and gets what is at `{url}/serviceusage.googleapis.com/v1/projects/demo-conteur/services`.
"""

import json
import re
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import unquote

from scripts.local.standins.google_rest.server import HttpReply, HttpRequest, JsonHandler, serving

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. `parts` are the groups of its route's pattern, `query` all values by name.

    `headers` are by their names in lower case.
    """

    method: str
    path: str
    parts: Mapping[str, str]
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    raw: bytes

    @property
    def body(self) -> Body:
        """The body as JSON. Raises RestRefusalError where it is none."""
        try:
            read = json.loads(self.raw or b"{}")
        except ValueError as error:
            raise RestRefusalError(
                HTTPStatus.BAD_REQUEST, "Invalid JSON payload received."
            ) from error
        if not isinstance(read, dict):
            raise RestRefusalError(
                HTTPStatus.BAD_REQUEST,
                "Invalid JSON payload received. Root element must be a message.",
            )
        return read

    def one(self, name: str, default: str = "") -> str:
        """Return a parameter of the query, the last one of its name."""
        return self.query.get(name, [default])[-1]


class RestRefusalError(Exception):
    """The answer is an error. https://google.aip.dev/193#http11json-representation.

    `details` are as there: objects that name their `@type`.
    """

    def __init__(
        self, status: HTTPStatus, message: str, name: str = "", details: Sequence[Body] = ()
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.name = name or _NAMES.get(status, status.name)
        self.details = details

    @property
    def answer(self) -> Body:
        """The error as JSON."""
        told: Body = {"code": int(self.status), "message": self.message, "status": self.name}
        return {"error": {**told, **({"details": list(self.details)} if self.details else {})}}


_NAMES = {
    HTTPStatus.BAD_REQUEST: "INVALID_ARGUMENT",
    HTTPStatus.UNAUTHORIZED: "UNAUTHENTICATED",
    HTTPStatus.FORBIDDEN: "PERMISSION_DENIED",
    HTTPStatus.CONFLICT: "ABORTED",
    HTTPStatus.TOO_MANY_REQUESTS: "RESOURCE_EXHAUSTED",
    HTTPStatus.INTERNAL_SERVER_ERROR: "INTERNAL",
    HTTPStatus.SERVICE_UNAVAILABLE: "UNAVAILABLE",
    HTTPStatus.GATEWAY_TIMEOUT: "DEADLINE_EXCEEDED",
}

Answer = Callable[[Asked], Body]
Route = tuple[str, str, Answer]
"""A method, a pattern of the whole path (with named groups), and what answers it."""


@dataclass(frozen=True, slots=True)
class RestFault:
    """A failure on purpose of every n-th request in whose `METHOD path` the pattern `only` is.

    The answer is late by so much, and an error where a status is given. With `lost_answer` the
    request takes effect first, as when a connection breaks on the way back.
    """

    status: HTTPStatus | None = None
    message: str = "failed on purpose"
    delay_seconds: float = 0.0
    only: str = ""
    every: int = 1
    lost_answer: bool = False

    def hits(self, calls: Sequence[str]) -> bool:
        """Return whether the newest of these calls fails."""
        number = sum(re.search(self.only, call) is not None for call in calls)
        return re.search(self.only, calls[-1]) is not None and number % self.every == 0


@dataclass
class RestStandIn:
    """A service of a host, such as run.googleapis.com. `calls` are `METHOD path`, failed ones too.

    `fault` can be set and taken away while it serves. Routes are answered one at a time; `lock` is
    for whoever changes the service meanwhile.
    """

    host: ClassVar[str]
    fault: RestFault | None = field(default=None, init=False)
    calls: list[str] = field(default_factory=list, init=False)
    lock: Any = field(default_factory=threading.RLock, init=False, repr=False)
    stopped: threading.Event = field(default_factory=threading.Event, init=False, repr=False)

    def routes(self) -> Sequence[Route]:
        """Return what the service answers."""
        raise NotImplementedError

    def answer(self, asked: Asked) -> Body:
        """Answer one request. Raises RestRefusalError."""
        fault = self._fault_of(asked)
        if fault is None:
            return self._found(asked)
        if fault.lost_answer:
            self._found(asked)
        self.stopped.wait(fault.delay_seconds)
        if fault.status is not None:
            raise RestRefusalError(fault.status, fault.message)
        return self._found(asked)

    def _fault_of(self, asked: Asked) -> RestFault | None:
        with self.lock:
            self.calls.append(f"{asked.method} {asked.path}")
            fault = self.fault
            return fault if fault is not None and fault.hits(self.calls) else None

    def _found(self, asked: Asked) -> Body:
        for method, pattern, answer in self.routes():
            if method == asked.method and (found := re.fullmatch(pattern, asked.path)):
                with self.lock:
                    return answer(replace(asked, parts=found.groupdict()))
        raise RestRefusalError(HTTPStatus.NOT_FOUND, f"No such URL: {asked.method} {asked.path}")


class _Handler(JsonHandler):
    """Answers for the stand-ins of `hosts`, by the first part of the path."""

    hosts: ClassVar[Mapping[str, RestStandIn]]

    def answer(self, request: HttpRequest) -> HttpReply:
        """Return what the host's stand-in says."""
        _, host, *path = request.path.split("/", 2)
        quoted = "/" + "".join(path)
        asked = Asked(
            request.method, unquote(quoted), {}, request.query, request.headers, request.raw
        )
        try:
            return HTTPStatus.OK, self._host(host).answer(asked)
        except RestRefusalError as refusal:
            return refusal.status, refusal.answer

    def _host(self, name: str) -> RestStandIn:
        if name not in self.hosts:
            raise RestRefusalError(HTTPStatus.NOT_FOUND, f"Nothing stands in for {name}")
        return self.hosts[name]


@contextmanager
def serve(*services: RestStandIn) -> Generator[str]:
    """Serve all on one port until the block ends, and give the base URL."""

    class Handler(_Handler):
        hosts: ClassVar[Mapping[str, RestStandIn]] = {each.host: each for each in services}

    for each in services:
        each.stopped.clear()
    with serving(Handler) as url:
        try:
            yield url
        finally:
            for each in services:
                each.stopped.set()
