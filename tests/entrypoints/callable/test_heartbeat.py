"""Comment lines that keep streams open."""

from conteur.entrypoints.callable.channel import Channel
from conteur.entrypoints.callable.heartbeat import Heartbeat
from tests.fakes import FakeClock, FakeTimers


class Quiet:
    """A watched channel, and the moments at which something was written to it."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.timers = FakeTimers(self.clock)
        self.start = self.clock.monotonic()
        self.moments: list[float] = []
        self.channel = Channel(self._write, self.clock.monotonic)
        self.heartbeat = Heartbeat(self.timers, self.clock.monotonic, interval=8)

    def _write(self, _event: bytes) -> None:
        self.moments.append(self.clock.monotonic() - self.start)


def test_beats_while_quiet() -> None:
    """A quiet channel gets a comment every interval."""
    quiet = Quiet()
    with quiet.heartbeat.watch(quiet.channel):
        quiet.timers.pass_time(25)
    assert quiet.moments == [8, 16, 24]


def test_silent_while_written() -> None:
    """A channel that is written to needs no comment."""
    quiet = Quiet()
    with quiet.heartbeat.watch(quiet.channel):
        for _ in range(10):
            quiet.timers.pass_time(5)
            quiet.channel.send(b"a")
    assert quiet.moments == [5 * n for n in range(1, 11)]


def test_never_silent_for_ten_seconds() -> None:
    """No client hears nothing for ten seconds, whenever the last event came."""
    quiet = Quiet()
    with quiet.heartbeat.watch(quiet.channel):
        quiet.timers.pass_time(7)
        quiet.channel.send(b"a")
        quiet.timers.pass_time(60)
    gaps = [
        later - earlier for earlier, later in zip(quiet.moments, quiet.moments[1:], strict=False)
    ]
    assert max(gaps) < 10


def test_ends() -> None:
    """An ended watch writes nothing more."""
    quiet = Quiet()
    with quiet.heartbeat.watch(quiet.channel):
        pass
    quiet.timers.pass_time(60)
    assert quiet.moments == []
