"""How the instance does, as gauges that tell of all the time since its last points."""

import time
from collections.abc import Callable
from threading import Lock
from typing import Protocol

from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.guard_metrics import CPU_PERCENT, MEMORY_PERCENT
from conteur.telemetry.registry import FAILURES_IN_ROW, IN_FLIGHT, Outcome

COMPLETED, FAILED = Outcome.COMPLETED, Outcome.FAILED  # an enum looks its members up slowly


class Machine(Protocol):
    """What the instance runs on."""

    def cpu_seconds(self) -> float:
        """Return the CPU time that the process has used since it started."""

    def cpus(self) -> float:
        """Return how many CPUs the instance may use; a part of one counts as such."""

    def memory_ratio(self) -> float | None:
        """Return the used share of the instance's memory; None where no limit can be read."""


class InFlight:
    """The requests that are being served, and the most there were at once since that was sent.

    It takes no lock, which would cost a request as much as all else that is counted of it.
    """

    def __init__(self) -> None:
        self._requests: list[None] = []
        self._reached = {0}  # how many there were, each number once
        self._shown = 0

    def begin(self) -> None:
        """Count a request in."""
        self._requests.append(None)
        self._reached.add(len(self._requests))

    def end(self) -> bool:
        """Count a request out, and return whether it was the last."""
        self._requests.pop()
        return not self._requests

    def show(self) -> int:
        """Return the most since what was shown was last sent; begin again from what there is."""
        seen = self._reached.copy()
        self._reached -= seen
        self._reached.add(len(self._requests))
        self._shown = max(self._shown, *seen)
        return self._shown

    def sent(self) -> None:
        """Forget what was shown; what came after it stays."""
        self._shown = 0


class FailureRow:
    """The failed executions since the last one that was completed, and the most since sent."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.row = self._longest = self._shown = 0

    def failed(self) -> None:
        """Add to the row."""
        with self._lock:
            self.row += 1
            self._longest = max(self._longest, self.row)

    def completed(self) -> None:
        """End the row."""
        with self._lock:
            self.row = 0

    def show(self) -> int:
        """Return the longest since what was shown was last sent; begin again from what stands."""
        with self._lock:
            self._shown = max(self._shown, self._longest)
            self._longest = self.row
            return self._shown

    def sent(self) -> None:
        """Forget what was shown; what came after it stays."""
        self._shown = 0


class CpuShare:
    """The share of the instance's CPUs that the process used since that was last sent."""

    def __init__(self, machine: Machine, monotonic: Callable[[], float]) -> None:
        self._machine = machine
        self._monotonic = monotonic
        self._sent = self._shown = (0.0, 0.0)

    def begin(self) -> None:
        """Count from now on, in the process that serves."""
        self._sent = self._look()

    def show(self) -> int | None:
        """Return the share in percent; None before any time has passed.

        It may be over 100 while an instance starts: Cloud Run lends it more CPUs.
        https://cloud.google.com/run/docs/configuring/services/cpu#startup-boost
        """
        self._shown = self._look()
        used, passed = (now - then for now, then in zip(self._shown, self._sent, strict=True))
        return round(100 * used / passed / self._machine.cpus()) if passed > 0 else None

    def sent(self) -> None:
        """Count from what was shown."""
        self._sent = self._shown

    def _look(self) -> tuple[float, float]:
        return self._machine.cpu_seconds(), self._monotonic()


class InstanceState:
    """Sets the gauges of one `function`'s instance, for each snapshot that is to be sent.

    What a failed sending carried is carried by the next one.
    """

    def __init__(
        self,
        meter: Aggregate,
        function: str,
        machine: Machine,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.in_flight = InFlight()
        self._failures = FailureRow()
        self._meter = meter
        self._function = function
        self._machine = machine
        self._cpu = CpuShare(machine, monotonic)

    def begin(self) -> None:
        """Begin with the first request."""
        self._cpu.begin()

    def ended(self, outcome: Outcome) -> None:
        """Note how an execution ended; one that was refused says nothing of us."""
        if outcome is FAILED:
            self._failures.failed()
        elif self._failures.row and outcome is COMPLETED:
            self._failures.completed()

    def show(self) -> None:
        """Set the gauges."""
        meter, function = self._meter, self._function
        meter.set(IN_FLIGHT, self.in_flight.show(), function=function)
        meter.set(FAILURES_IN_ROW, self._failures.show(), function=function)
        if (cpu := self._cpu.show()) is not None:
            meter.set(CPU_PERCENT, cpu)
        if (memory := self._machine.memory_ratio()) is not None:
            meter.set(MEMORY_PERCENT, round(100 * memory))

    def sent(self) -> None:
        """Have the next points tell of what comes after those that were shown last."""
        for gauge in (self.in_flight, self._failures, self._cpu):
            gauge.sent()
