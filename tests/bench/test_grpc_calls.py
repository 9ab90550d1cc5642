"""Calls are read from what a client sends, however it is cut."""

import pytest
from h2.connection import H2Connection

from tests.bench.grpc_calls import GrpcCalls

COMMIT, GET = "/google.firestore.v1.Firestore/Commit", "/google.firestore.v1.Firestore/GetDocument"


def sent(*calls: tuple[str, bytes], padding: int | None = None) -> bytes:
    """Return what a client sends that makes these calls, each with one message."""
    client = H2Connection()
    client.initiate_connection()
    for path, message in calls:
        stream = client.get_next_available_stream_id()
        long = ("x-long", "a" * 40_000)  # more than a frame holds
        headers = [(":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "a")]
        client.send_headers(stream, [*headers, long])
        framed = b"\x00" + len(message).to_bytes(4) + message
        client.send_data(stream, framed[:3], pad_length=padding)
        client.send_data(stream, framed[3:], end_stream=True, pad_length=padding)
    return client.data_to_send()


@pytest.mark.parametrize("size", [1, 7, 100_000])
@pytest.mark.parametrize("padding", [None, 5])
def test_calls_and_messages(size: int, padding: int | None) -> None:
    """Each call and each message is told once, in order."""
    told: list[object] = []
    calls = GrpcCalls(told.append, lambda path, message: told.append((path, message)))
    data = sent((COMMIT, b"one"), (GET, b""), (COMMIT, b"three"), padding=padding)
    for start in range(0, len(data), size):
        calls.feed(data[start : start + size])
    assert told == [COMMIT, (COMMIT, b"one"), GET, (GET, b""), COMMIT, (COMMIT, b"three")]
