"""Fakes that implement the product's ports: exact, in memory, and driven by the test."""

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from conteur.domain.deadline import Deadline
from conteur.domain.identity import Identity
from conteur.domain.model_events import ModelEvent
from conteur.domain.prompt import Prompt
from conteur.domain.story import UnsavedStory
from conteur.entrypoints.callable import Caller
from conteur.errors import (
    ClientGoneError,
    ConteurError,
    TokenExpiredError,
    TokenInvalidError,
)
from conteur.telemetry.context import Headers
from conteur.use_cases.ports import Cancellation


class FakeClock:
    """A clock that stands still until the test moves it."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def advance(self, seconds: float) -> None:
        self.seconds += seconds


class FakeCancellation:
    """Somebody who waits until the test says `cancel`; a wait moves the clock on at once."""

    def __init__(self, clock: FakeClock | None = None) -> None:
        self._clock = clock or FakeClock()
        self.actions: list[Callable[[], None]] = []
        self.waits: list[float] = []
        self.cancelled = False

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        if self.cancelled:
            raise ClientGoneError.given_up()
        self._clock.advance(seconds)

    @contextmanager
    def calling(self, action: Callable[[], None]) -> Iterator[None]:
        self.actions.append(action)
        try:
            if self.cancelled:
                action()
            yield
        finally:
            self.actions.remove(action)

    def cancel(self) -> None:
        self.cancelled = True
        for action in list(self.actions):
            action()


@dataclass
class FakeLoad:
    """An instance that is idle until the test loads it."""

    cpu: float = 0.0
    memory: float | None = None
    cpu_count: float = 1.0

    def cpu_seconds(self) -> float:
        return self.cpu

    def cpus(self) -> float:
        return self.cpu_count

    def memory_ratio(self) -> float | None:
        return self.memory


class FakeTimer:
    def __init__(self, when: float, action: Callable[[], None]) -> None:
        self.when = when
        self.action: Callable[[], None] | None = action

    def cancel(self) -> None:
        self.action = None


class FakeTimers:
    """Timers that run when the test says that time has passed."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.timers: list[FakeTimer] = []

    def call_at(self, when: float, action: Callable[[], None]) -> FakeTimer:
        timer = FakeTimer(when, action)
        self.timers.append(timer)
        return timer

    def pass_time(self, seconds: float) -> None:
        """Move the clock on, running what falls due on the way at its own moment."""
        end = self._clock.seconds + seconds
        while due := [t for t in self.timers if t.action and t.when <= end]:
            timer = min(due, key=lambda t: t.when)
            action, timer.action = timer.action, None
            self._clock.seconds = max(self._clock.seconds, timer.when)
            if action:
                action()
        self._clock.seconds = end


GOOD, EXPIRED = "good", "expired"


class FakeTokens:
    """Knows the token `good` of the user `alice`, and `expired`; every other one is invalid."""

    def identify(self, id_token: str) -> Identity:
        if id_token == EXPIRED:
            raise TokenExpiredError("expired")
        if id_token != GOOD:
            raise TokenInvalidError("invalid")
        return Identity("alice", "password")

    def attest(self, app_check_token: str) -> str:
        return app_check_token


@dataclass
class ScriptedModel:
    """Says what the test wrote down, then raises `error` if there is one."""

    events: Iterable[ModelEvent] = ()
    error: BaseException | None = None
    name: str = "scripted"
    asked: list[tuple[Prompt, Deadline, str]] = field(default_factory=list)
    closed: int = 0

    def tell(
        self,
        prompt: Prompt,
        deadline: Deadline,
        cancellation: Cancellation,
        safety_identifier: str,
    ) -> Generator[ModelEvent]:
        del cancellation
        self.asked.append((prompt, deadline, safety_identifier))
        try:
            yield from self.events
            if self.error:
                raise self.error
        finally:
            self.closed += 1


@dataclass
class SerialModel:
    """Tells each attempt as the next of its models does, the last one for ever."""

    models: list[ScriptedModel]
    name: str = "serial"
    on_asked: Callable[[], None] = lambda: None
    asked: int = 0

    def tell(
        self,
        prompt: Prompt,
        deadline: Deadline,
        cancellation: Cancellation,
        safety_identifier: str,
    ) -> Generator[ModelEvent]:
        model = self.models[min(self.asked, len(self.models) - 1)]
        self.asked += 1
        self.on_asked()
        yield from model.tell(prompt, deadline, cancellation, safety_identifier)


@dataclass
class FakeOutbox:
    """Takes each claim's story once, or fails with `error`; `on_put` hears of every call's time."""

    error: ConteurError | None = None
    unsaved: dict[tuple[str, str], UnsavedStory] = field(default_factory=dict)
    on_put: Callable[[float], None] = lambda _timeout: None

    def put(self, unsaved: UnsavedStory, timeout: float) -> None:
        self.on_put(timeout)
        if self.error:
            raise self.error
        self.unsaved[unsaved.story_id, unsaved.holder] = unsaved


class FakeAuthenticator:
    """Everybody is alice."""

    def __init__(self, error: ConteurError | None = None) -> None:
        self.error = error

    def authenticate(self, headers: Headers) -> Caller:
        del headers
        if self.error:
            raise self.error
        return Caller("alice", "password")


@dataclass
class RecordingObserver:
    """Remembers what it heard."""

    request_ids: list[str] = field(default_factory=list)
    failures: list[tuple[ConteurError, BaseException | None]] = field(default_factory=list)
    ends: list[tuple[ConteurError | None, float, float]] = field(default_factory=list)

    def started(self, headers: Headers, request_id: str) -> None:
        del headers
        self.request_ids.append(request_id)

    def identified(self, request_id: str) -> None:
        self.request_ids.append(request_id)

    def failed(self, error: ConteurError, cause: BaseException | None) -> None:
        self.failures.append((error, cause))

    def ended(self, error: ConteurError | None, seconds: float, queued: float) -> None:
        self.ends.append((error, seconds, queued))


@dataclass
class FakeProbe:
    """A dependency that is well, or fails with `error`."""

    name: str
    error: ConteurError | None = None
    checks: int = 0

    def check(self, timeout: float) -> None:
        del timeout
        self.checks += 1
        if self.error:
            raise self.error
