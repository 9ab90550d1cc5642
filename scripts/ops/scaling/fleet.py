"""Cloud Run's instances: who serves a request, who waits for a start, and when one starts."""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from conteur.domain.circuit import Circuit, CircuitRule
from scripts.ops.scaling import figures
from scripts.ops.scaling.timeline import Timeline

_SAMPLES = round(figures.WINDOW_SECONDS.value / figures.SCALING_SECONDS.value)


@dataclass(eq=False, slots=True)
class Instance:
    """One instance: how many requests it serves, since when none, and its circuit breaker."""

    circuit: Circuit
    running: int = 0
    idle_since: float = 0.0


@dataclass(eq=False, slots=True)
class Waiting:
    """A request without an instance: it begins on one, or is refused."""

    begin: Callable[[Instance], None]
    refuse: Callable[[], None]
    over: bool = False


@dataclass(frozen=True, slots=True)
class FleetRule:
    """The most instances, what each serves at once, and how long its start takes (s)."""

    max_instances: int
    threads: int
    cold_seconds: float = figures.COLD_SECONDS.value

    @property
    def patience(self) -> float:
        """Return how long a request waits for an instance."""
        starts = figures.PENDING_STARTS.value * self.cold_seconds
        return max(figures.PENDING_SECONDS.value, starts)


@dataclass(eq=False, slots=True)
class Fleet:
    """Instances, from none: one starts for whoever finds no place, and by the average load.

    A request goes to the instance that serves least. How Cloud Run chooses is not published.
    """

    rule: FleetRule
    circuit: CircuitRule
    timeline: Timeline
    ready: list[Instance] = field(default_factory=list)
    starting: int = 0
    most: int = 0
    in_flight: int = 0
    _samples: deque[int] = field(default_factory=lambda: deque(maxlen=_SAMPLES))
    _waiting: deque[Waiting] = field(default_factory=deque)

    def enter(self, begin: Callable[[Instance], None], refuse: Callable[[], None]) -> bool:
        """Take a request in, and return whether an instance had a place for it at once."""
        self.in_flight += 1
        instance = None if self._waiting else self._roomiest()
        if instance is not None:
            self._serve(instance, begin)
            return True
        waiting = Waiting(begin, refuse)
        self._waiting.append(waiting)
        self.timeline.after(self.rule.patience, lambda: self._give_up(waiting))
        if len(self._waiting) > self.starting * self.rule.threads:
            self._start()
        return False

    def leave(self, instance: Instance) -> None:
        """Let a request go that `instance` has served; the next one takes its place."""
        self.in_flight -= 1
        instance.running -= 1
        instance.idle_since = self.timeline.now
        self._admit()

    def scale_until(self, end: float) -> None:
        """Decide on instances every few seconds, until `end`."""
        self._samples.append(self.in_flight)
        wanted = self._wanted()
        while len(self.ready) + self.starting < wanted and self._start():
            pass
        self._drop_idle(wanted)
        if self.timeline.now < end:
            seconds = figures.SCALING_SECONDS.value
            self.timeline.after(seconds, lambda: self.scale_until(end))

    def _wanted(self) -> int:
        mean = sum(self._samples) / len(self._samples)
        return math.ceil(mean / (figures.TARGET.value * self.rule.threads))

    def _drop_idle(self, wanted: int) -> None:
        kept_until = self.timeline.now - 60 * figures.IDLE_MINUTES.value
        for instance in list(self.ready):
            if len(self.ready) > wanted and self._is_idle_since(instance, kept_until):
                self.ready.remove(instance)

    def _is_idle_since(self, instance: Instance, moment: float) -> bool:
        return not instance.running and instance.idle_since <= moment

    def _start(self) -> bool:
        if len(self.ready) + self.starting >= self.rule.max_instances:
            return False
        self.starting += 1
        self.most = max(self.most, len(self.ready) + self.starting)
        self.timeline.after(self.rule.cold_seconds, self._started)
        return True

    def _started(self) -> None:
        self.starting -= 1
        self.ready.append(Instance(Circuit(self.circuit), idle_since=self.timeline.now))
        self._admit()

    def _admit(self) -> None:
        while self._waiting and (instance := self._roomiest()):
            waiting = self._waiting.popleft()
            if not waiting.over:
                waiting.over = True
                self._serve(instance, waiting.begin)

    def _give_up(self, waiting: Waiting) -> None:
        if not waiting.over:
            waiting.over = True
            self.in_flight -= 1
            waiting.refuse()

    def _serve(self, instance: Instance, begin: Callable[[Instance], None]) -> None:
        instance.running += 1
        begin(instance)

    def _roomiest(self) -> Instance | None:
        roomiest = min(self.ready, key=lambda instance: instance.running, default=None)
        if roomiest is None or roomiest.running >= self.rule.threads:
            return None
        return roomiest
