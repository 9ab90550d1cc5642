"""The callable protocol's bytes."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conteur.entrypoints.callable import protocol
from conteur.errors import Code, MalformedRequestError, OutputBlockedError, kinds

JSON = "application/json"


@given(st.binary())
def test_arbitrary_bodies(body: bytes) -> None:
    """Whatever the body is, it is a call or a MalformedRequestError."""
    with suppress(MalformedRequestError):
        protocol.decode_body("POST", JSON, body)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        st.lists,
    )
)
def test_round_trip(data: object) -> None:
    """A call's data arrives as it was sent."""
    body = json.dumps({"data": data}).encode()
    assert protocol.decode_body("POST", "application/json; charset=utf-8", body) == data


def test_extra_members() -> None:
    """Members beside `data` are for newer protocols, and are left alone."""
    assert protocol.decode_body("POST", JSON, b'{"data": 1, "context": 2}') == 1


@pytest.mark.parametrize(
    ("accept", "stream"),
    [("text/event-stream", True), ("Text/Event-Stream, */*", True), ("*/*", False), ("", False)],
)
def test_wants_stream(accept: str, stream: bool) -> None:  # noqa: FBT001 - a table's column
    """Only a client that names the event stream gets one."""
    assert protocol.wants_stream(accept) is stream


def test_events_are_one_line() -> None:
    """A newline in a story is escaped, so that it cannot end an event."""
    event = protocol.encode_message({"text": "a\n\nb"})
    assert event.count(b"\n") == 2
    assert event.endswith(b"\n\n")


def test_error_members() -> None:
    """An error's event holds the status in the protocol's spelling, and the request's id."""
    event = protocol.encode_error(OutputBlockedError("refused"), "id-1", stream=True)
    error = json.loads(event.removeprefix(b"data: "))["error"]
    assert error["status"] == "FAILED_PRECONDITION"
    assert error["details"]["requestId"] == "id-1"


@pytest.mark.parametrize("code", list(Code))
def test_every_code_has_a_status(code: Code) -> None:
    """Every code that an error may carry has its HTTP status."""
    carriers = [kind for kind in kinds() if kind.code is code]
    for kind in carriers:
        error = kind.__new__(kind)
        assert 400 <= protocol.http_status(error) < 600
