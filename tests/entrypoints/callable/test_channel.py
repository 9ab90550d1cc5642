"""One client's stream."""

from conteur.entrypoints.callable.channel import Channel
from tests.fakes import FakeClock


class Socket:
    """Takes bytes until it breaks."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.broken = False
        self.tries = 0

    def write(self, event: bytes) -> None:
        self.tries += 1
        if self.broken:
            raise BrokenPipeError
        self.written.append(event)


def _channel() -> tuple[Channel, Socket, FakeClock]:
    socket, clock = Socket(), FakeClock()
    return Channel(socket.write, clock.monotonic), socket, clock


def test_one_end() -> None:
    """A stream ends once, and nothing follows its end."""
    channel, socket, _ = _channel()
    channel.send(b"a")
    channel.end(b"end")
    channel.end(b"another end")
    channel.send(b"b")
    channel.ping(b"ping")
    assert socket.written == [b"a", b"end"]


def test_client_gone() -> None:
    """A client that has gone is noticed once, and the teller goes on undisturbed."""
    channel, socket, _ = _channel()
    socket.broken = True
    channel.send(b"a")
    channel.send(b"b")
    channel.end(b"end")
    assert (channel.gone, socket.tries) == (True, 1)


def test_last_write() -> None:
    """A channel knows when it was last written to."""
    channel, _, clock = _channel()
    clock.advance(5)
    channel.send(b"a")
    assert channel.last_write == clock.monotonic()


def test_ping_does_not_wait() -> None:
    """A comment is left out while an event is being written, so no beat waits for a client."""
    channel, socket, _ = _channel()

    def write_while_pinged(event: bytes) -> None:
        socket.write(event)
        pinging.ping(b"ping")

    pinging = Channel(write_while_pinged, lambda: 0.0)
    pinging.send(b"a")
    assert socket.written == [b"a"]
    assert not channel.gone
