"""What the bench's own tests share: its services, and a loop whose clock they move."""

import asyncio
from collections.abc import Callable, Iterator

import pytest

from tests.bench.services import Services, services


@pytest.fixture(scope="session")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Run what the peers talk to, once for all tests, and count what is asked of it."""
    with services(tmp_path_factory.mktemp("services"), counted=True) as running:
        yield running


class PassedLoop(asyncio.AbstractEventLoop):
    """Calls back when a test lets its time pass."""

    def __init__(self) -> None:
        self._now = 100.0
        self._timers: list[tuple[float, Callable[[], object]]] = []

    def time(self) -> float:
        return self._now

    def call_at(  # type: ignore[override] # of the loop's arguments those that are used
        self, when: float, callback: Callable[..., object], *args: object
    ) -> asyncio.TimerHandle:
        self._timers.append((when, lambda: callback(*args)))
        return asyncio.TimerHandle(when, callback, args, self)

    def get_debug(self) -> bool:
        return False

    def passes(self, seconds: float) -> None:
        """Let time pass, and call back what falls due meanwhile."""
        end = self._now + seconds + 1e-9
        while due := sorted((timer for timer in self._timers if timer[0] <= end), key=_when):
            self._timers.remove(due[0])
            self._now = max(self._now, due[0][0])
            due[0][1]()
        self._now = end


class Wire(asyncio.Transport):
    """Keeps what is written, and whether it was closed."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written.append(bytes(data))

    def close(self) -> None:
        self.written.append(b"closed")


@pytest.fixture
def loop() -> PassedLoop:
    return PassedLoop()  # type: ignore[abstract] # it has what the bench uses of a loop


def _when(timer: tuple[float, Callable[[], object]]) -> float:
    return timer[0]
