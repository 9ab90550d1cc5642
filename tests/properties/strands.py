"""Threads that stand still at every call to the outside until the test lets one of them go on."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto

PATIENCE_SECONDS = 30.0  # a thread that runs longer hangs


class Killed(BaseException):
    """The process has ended: nothing that the thread still does has an effect."""


class Verdict(Enum):
    """How a call to the outside goes on."""

    GO = auto()
    FAIL = auto()  # it times out, and has no effect
    LATE = auto()  # it times out, and its effect comes later
    LOSE = auto()  # it has its effect, and its answer is lost
    REPEAT = auto()  # so has it, and is repeated, to find what it wrote itself
    END = auto()  # the model ends the story
    OUTAGE = auto()  # the model fails, which may pass
    BLOCKED = auto()  # the model refuses for good
    GONE = auto()  # the client leaves
    BUG = auto()  # an error that nobody foresaw


@dataclass
class Stop:
    """Where a thread stands, and what may come of it; the first is what comes of it as a rule."""

    at: str
    choices: tuple[Verdict, ...]
    verdict: Verdict = Verdict.GO
    go: threading.Event = field(default_factory=threading.Event)

    @property
    def is_write(self) -> bool:
        return bool({Verdict.LATE, Verdict.LOSE} & set(self.choices))


class Strand:
    """An action on a thread of its own, which may have more of them for a while.

    Exactly one strand runs at a time: `start`, `step` and `kill` return once all its threads
    stand still, or have ended.
    """

    def __init__(self, name: str, owner: object, action: Callable[[], object]) -> None:
        self.name = name
        self.owner = owner
        self.stops: dict[str, Stop] = {}
        self.ended = False
        self.killed = False
        self.result: object = None
        self.error: BaseException | None = None
        self._action = action
        self._running = 0
        self._children = 0
        self._still = threading.Condition()

    @property
    def is_background(self) -> bool:
        return self.name.startswith("background")

    def start(self) -> None:
        self._running = 1
        threading.Thread(target=self._run, name=self.name, daemon=True).start()
        self._settle()

    def step(self, key: str, verdict: Verdict) -> None:
        stop = self.stops.pop(key)
        stop.verdict = verdict
        self._running += 1
        stop.go.set()
        self._settle()

    def kill(self) -> None:
        """End all threads: each meets Killed now, and wherever else it would stand."""
        self.killed = True
        stops, self.stops = list(self.stops.values()), {}
        self._running += len(stops)
        for stop in stops:
            stop.go.set()
        self._settle()

    def stand(self, at: str, choices: tuple[Verdict, ...], key: str = "") -> Verdict:
        """Have the thread that calls this stand still, and return how it goes on."""
        stop = Stop(at, choices)
        with self._still:
            if self.killed:
                raise Killed
            self.stops[key] = stop
            self._count(-1)
        stop.go.wait()
        if self.killed:
            raise Killed
        return stop.verdict

    def fork(self, children: int) -> None:
        """Note that the strand's thread now waits for so many others, if for any."""
        with self._still:
            self._children = children
            self._count(children - 1 if children else 0)

    def join(self) -> None:
        """Note that one of these others has ended; after the last the strand's own goes on."""
        with self._still:
            self._children -= 1
            self._count(-1 if self._children else 0)

    def _run(self) -> None:
        _current.strand = self
        try:
            self.result = self._action()
        except BaseException as error:  # noqa: BLE001 - what a call may end with is what is tested
            self.error = error
        with self._still:
            self.ended = True
            self._count(-1)

    def _count(self, change: int) -> None:
        self._running += change
        self._still.notify_all()

    def _settle(self) -> None:
        with self._still:
            still = self._still.wait_for(lambda: not self._running, PATIENCE_SECONDS)
            assert still, f"{self.name} hangs"


class _Current(threading.local):
    strand: Strand | None = None


_current = _Current()


def current() -> Strand:
    """Return the strand whose own thread calls this."""
    assert _current.strand
    return _current.strand
