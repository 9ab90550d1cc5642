"""Finding out that a client has left."""

from conteur.entrypoints.callable.client_watch import ClientWatch
from conteur.entrypoints.callable.departure import Departure
from tests.fakes import FakeClock, FakeTimers


class Watched:
    """A client that leaves `leaves_after` seconds after its call's arrival."""

    def __init__(self, leaves_after: float) -> None:
        self.clock = FakeClock()
        self.timers = FakeTimers(self.clock)
        self.start = self.clock.monotonic()
        self.leaves_after = leaves_after
        self.looks = 0
        self.found_gone: list[float] = []

    def wait(self, seconds: float) -> None:
        """Take so long to answer the call."""
        departure = Departure()
        watch = ClientWatch(self.timers, self.clock.monotonic, interval=0.25)
        with (
            departure.calling(lambda: self.found_gone.append(self._seconds())),
            watch.watch(self._has_left, departure),
        ):
            self.timers.pass_time(seconds)

    def _has_left(self) -> bool:
        self.looks += 1
        return self._seconds() >= self.leaves_after

    def _seconds(self) -> float:
        return self.clock.monotonic() - self.start


def test_leaves() -> None:
    """A client's leaving is found at the next look, and no look follows."""
    client = Watched(leaves_after=0.6)
    client.wait(10)
    assert (client.found_gone, client.looks) == ([0.75], 4)


def test_left_before() -> None:
    """A client that left while its call waited for a thread is found before anything is done."""
    client = Watched(leaves_after=-1)
    client.wait(0)
    assert client.found_gone == [0]


def test_stays() -> None:
    """A client that stays is looked at four times a second, until its call has ended."""
    client = Watched(leaves_after=5)
    client.wait(1)
    client.timers.pass_time(10)
    assert (client.found_gone, client.looks) == ([], 5)
