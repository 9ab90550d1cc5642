"""The request's context: what a thread knows of it, and its trace."""

import threading
from collections.abc import Iterator

import pytest

from conteur.telemetry import context
from conteur.telemetry.context import RequestContext, Trace, trace_of

TRACE = "0af7651916cd43dd8448eb211c80319c"
SPAN = "b7ad6b7169203331"
NAME = f"projects/demo-conteur/traces/{TRACE}"


@pytest.fixture(autouse=True)
def leave_afterwards() -> Iterator[None]:
    yield
    context.leave()


def test_outside_of_requests() -> None:
    """Outside of a request there is none, and nothing to amend."""
    context.amend(attempt=2)
    assert context.current() is None


def test_amend() -> None:
    """What is learned later is added to what was known."""
    context.enter(RequestContext("our-id", "generate_story"))
    context.amend(request_id="their-id")
    context.amend(attempt=2)
    assert context.current() == RequestContext("their-id", "generate_story", attempt=2)


def test_leave() -> None:
    """A request that is done with leaves nothing to the next one."""
    context.enter(RequestContext("id", "generate_story"))
    context.leave()
    assert context.current() is None


def test_other_threads() -> None:
    """One thread's request is not another's."""
    seen: list[RequestContext | None] = []
    context.enter(RequestContext("id", "generate_story"))
    thread = threading.Thread(target=lambda: seen.append(context.current()))
    thread.start()
    thread.join()
    assert seen == [None]


@pytest.mark.parametrize(
    ("header", "value", "trace"),
    [
        ("traceparent", f"00-{TRACE}-{SPAN}-01", Trace(NAME, SPAN, sampled=True)),
        ("traceparent", f"00-{TRACE}-{SPAN}-03", Trace(NAME, SPAN, sampled=True)),
        ("traceparent", f"00-{TRACE}-{SPAN}-02", Trace(NAME, SPAN)),
        (
            "X-Cloud-Trace-Context",
            f"{TRACE}/255;o=1",
            Trace(NAME, "00000000000000ff", sampled=True),
        ),
        ("X-Cloud-Trace-Context", f"{TRACE}/255;o=0", Trace(NAME, "00000000000000ff")),
        ("X-Cloud-Trace-Context", TRACE, Trace(NAME)),
        ("traceparent", f"00-{'0' * 32}-{SPAN}-01", Trace()),
        ("traceparent", f"00-{TRACE}-{SPAN}-01\nX", Trace()),
        ("traceparent", "", Trace()),
        ("X-Cloud-Trace-Context", "x/1", Trace()),
    ],
)
def test_trace(header: str, value: str, trace: Trace) -> None:
    """The trace comes from either header, and from a malformed one not at all."""
    assert trace_of({header: value}, "demo-conteur") == trace


def test_both_headers() -> None:
    """The standard header comes before Google's own."""
    headers = {
        "traceparent": f"00-{TRACE}-{SPAN}-01",
        "X-Cloud-Trace-Context": f"{'1' * 32}/1",
    }
    assert trace_of(headers, "demo-conteur").name == NAME


def test_what_belongs_to_nobody() -> None:
    """What runs outside of requests knows of none, and changes nothing of the one around it."""
    context.enter(RequestContext("id", "generate_story"))
    seen: list[RequestContext | None] = []

    def look() -> None:
        seen.append(context.current())
        context.enter(RequestContext("another", "generate_story"))

    context.outside(look)()
    assert seen == [None]
    assert context.current() == RequestContext("id", "generate_story")


def test_correlation_id() -> None:
    """A request is found by its caller's correlation id, or else by its own, as last known."""
    context.enter(RequestContext("our-id", "generate_story"))
    context.amend(request_id="their-id")
    known = context.current()
    assert known
    assert known.correlation_id == "their-id"
    assert RequestContext("id", "store_api", correlation="chosen").correlation_id == "chosen"
