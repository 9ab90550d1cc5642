"""Whose request this thread is serving, for every line that it logs."""

import re
from collections.abc import Callable
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol, TypeVar

_Given = TypeVar("_Given")
_Result = TypeVar("_Result")

# https://www.w3.org/TR/trace-context/#traceparent-header
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
# https://cloud.google.com/trace/docs/trace-context#legacy-http-header
_CLOUD_TRACE = re.compile(r"([0-9a-f]{32})(?:/([0-9]{1,20}))?(?:;(.*))?")
_SAMPLED = 1  # https://www.w3.org/TR/trace-context/#sampled-flag


class Headers(Protocol):
    """A request's headers, by names whose case does not matter."""

    def get(self, name: str, default: str, /) -> str:
        """Return the header, or `default` where there is none."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a request stands in its trace; empty where that is unknown.

    `name` is `projects/PROJECT/traces/` and 32 hexadecimal digits, `span` 16 of them. `sampled`
    tells that whoever sent the header keeps the trace.
    """

    name: str = ""
    span: str = ""
    sampled: bool = False


@dataclass(frozen=True, slots=True)
class RequestContext:
    """What is known of the request; `attempt` counts from 1, 0 before there is one.

    `correlation` is the id that callers of HTTP routes may choose, to find all that they caused;
    where they have none it is the request's.
    """

    request_id: str
    function: str
    attempt: int = 0
    trace: Trace = Trace()
    correlation: str = ""

    @property
    def correlation_id(self) -> str:
        """Return the id by which all that the request caused is found."""
        return self.correlation or self.request_id


_current: ContextVar[RequestContext | None] = ContextVar("request", default=None)


def current() -> RequestContext | None:
    """Return the request that is being served here, None outside of one."""
    return _current.get()


def enter(context: RequestContext) -> None:
    """Begin to serve a request in this thread."""
    _current.set(context)


def amend(
    *, request_id: str | None = None, attempt: int | None = None, correlation: str | None = None
) -> None:
    """Note what was learned of the request since; does nothing outside of one."""
    known = _current.get()
    if known is None:
        return
    _current.set(
        replace(
            known,
            request_id=known.request_id if request_id is None else request_id,
            attempt=known.attempt if attempt is None else attempt,
            correlation=known.correlation if correlation is None else correlation,
        )
    )


def leave() -> None:
    """Have done with the request: the thread may serve another one, or nobody's."""
    _current.set(None)


def outside(action: Callable[[], None]) -> Callable[[], None]:
    """Return `action` as it runs outside of any request: what it logs is nobody's."""
    return partial(Context().run, action)


def carried(action: Callable[[_Given], _Result]) -> Callable[[_Given], _Result]:
    """Return `action` as it runs for this request on whichever threads, on many at once too.

    What it notes of the request, each run notes for itself.
    """
    here = copy_context()
    return lambda given: here.copy().run(action, given)


def trace_of(headers: Headers, project: str) -> Trace:
    """Read the trace from `traceparent`, else from `X-Cloud-Trace-Context`.

    `headers` ignores case, as Flask's do. What is malformed counts as unknown.
    """
    if match := _TRACEPARENT.fullmatch(headers.get("traceparent", "")):
        sampled = bool(int(match[3], 16) & _SAMPLED)
        return Trace(_name(project, match[1]), match[2], sampled)
    if match := _CLOUD_TRACE.fullmatch(headers.get("X-Cloud-Trace-Context", "")):
        span = int(match[2] or 0)  # 0 is no span's id
        return Trace(_name(project, match[1]), f"{span:016x}" if span else "", match[3] == "o=1")
    return Trace()


def _name(project: str, trace: str) -> str:
    return f"projects/{project}/traces/{trace}"
