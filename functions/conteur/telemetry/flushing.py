"""When the aggregate is sent, and by whom: never by the thread that serves a request.

Outside of requests Cloud Run takes the CPU away, so no timer would fire on time. A flush starts
beside a request instead: when values have waited for a minute, or when the instance falls idle.
https://cloud.google.com/run/docs/configuring/billing-settings
"""

import os
import threading
import time
from collections.abc import Callable
from typing import Protocol

from conteur.telemetry import logs
from conteur.telemetry.aggregate import Aggregate, Snapshot

BUSY_SECONDS = 60.0
IDLE_SECONDS = 6.0  # above the 5 s that Cloud Monitoring wants between two points
POINT_SECONDS = 5.05
SEND_SECONDS = 3.0
CLOSE_SECONDS = 8.0  # Cloud Run kills 10 s after SIGTERM
IDLE_WAIT_SECONDS = 0.25


class SinkError(Exception):
    """The snapshot was not taken, or nobody knows whether it was."""


class MetricSink(Protocol):
    """Where metrics go."""

    def send(self, snapshot: Snapshot, timeout: float) -> None:
        """Take the snapshot within `timeout` seconds. Raises SinkError."""


def is_due(age: float, *, idle: bool) -> bool:
    """Tell whether to send what waits; `age` is the seconds since the last attempt to."""
    return age >= (IDLE_SECONDS if idle else BUSY_SECONDS)


def rest_before_exit(age: float) -> float:
    """Return the seconds to wait so that the last point is not too close to the one before."""
    return max(0.0, POINT_SECONDS - age)


class Flusher:
    """Sends the aggregate on a daemon thread that starts when a flush is due: one at a time.

    Threads do not survive a fork, and none is started before the first request. What fails to
    arrive is sent with the next flush, and never raised, nor is a thread that cannot be started:
    it is logged once, and once again when the sink is back.
    """

    def __init__(
        self,
        aggregate: Aggregate,
        sink: MetricSink,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._aggregate = aggregate
        self._sink = sink
        self._monotonic = monotonic
        self._sleep = sleep
        self._starting = threading.Lock()
        self._sending = threading.Lock()
        self._in_flight: list[None] = []  # one a request: it needs no lock, as a number would
        self._thread: threading.Thread | None = None
        self._pid = 0
        self._attempted = float("-inf")
        self._sent_changes = 0
        self._down = False

    def on_request_start(self) -> None:
        """Count a request in; what has waited too long is sent beside it."""
        if not self._pid:
            self._pid = os.getpid()
        self._in_flight.append(None)
        if self._is_due(idle=False):
            self._begin_flush(idle=False)

    def on_request_end(self, wait_seconds: float = IDLE_WAIT_SECONDS) -> None:
        """Count a request out, after its answer's last byte was written.

        When it was the last one, the thread that sends gets up to `wait_seconds` of the CPU
        that is about to be taken away. The client has its whole answer by then; a stream's
        connection, which ends with the request, stays open for as long.
        """
        self._in_flight.pop()
        idle = not self._in_flight
        if self._is_due(idle=idle):
            self._begin_flush(idle=idle)
        if idle:
            self._join(wait_seconds)

    def close(self, seconds: float = CLOSE_SECONDS) -> None:
        """Send what is left, all within `seconds`; for SIGTERM.

        What is left is lost where a flush that hangs uses them up. Does nothing in a process
        that served no request, as gunicorn's master, and nothing in the child of one that did.
        """
        if self._pid != os.getpid():
            return
        end = self._monotonic() + seconds
        self._join(min(SEND_SECONDS, seconds))
        if self._is_dirty():
            self._sleep(min(rest_before_exit(self._age()), self._left(end)))
            self._send_by(end)

    def _begin_flush(self, *, idle: bool) -> None:
        if not self._starting.acquire(blocking=False):
            return  # another request is just starting the thread
        try:
            # Looked at again: a flush that another request started may have ended meanwhile.
            if self._is_due(idle=idle) and not self._is_sending():
                thread = threading.Thread(target=self._flush, name="metrics", daemon=True)
                thread.start()
                self._thread = thread
        except RuntimeError as error:  # the process has all the threads that it may have
            self._report(error)
        finally:
            self._starting.release()

    def _flush(self) -> None:
        with self._sending:
            self._send(SEND_SECONDS)
        self._thread = None  # to join a thread that has ended costs as much as to count an event

    def _send_by(self, end: float) -> None:
        if not self._sending.acquire(timeout=self._left(end)):
            return
        try:
            if left := self._left(end):
                self._send(min(SEND_SECONDS, left))
        finally:
            self._sending.release()

    def _send(self, timeout: float) -> None:
        """Send the aggregate; `_sending` is held."""
        snapshot = self._aggregate.snapshot()
        self._attempted = self._monotonic()
        try:
            self._sink.send(snapshot, timeout)
        except SinkError as error:
            self._report(error)
        else:
            self._sent_changes = snapshot.changes
            self._report(None)

    def _report(self, problem: Exception | None) -> None:
        if self._down == (problem is not None):
            return
        self._down = problem is not None
        if problem is not None:
            logs.warning("metrics.sink_down", problem=str(problem))
        else:
            logs.info("metrics.sink_up")

    def _join(self, seconds: float) -> None:
        thread = self._thread
        if thread is not None:
            thread.join(seconds)

    def _is_sending(self) -> bool:
        thread = self._thread
        return thread is not None and thread.is_alive()

    def _is_due(self, *, idle: bool) -> bool:
        return is_due(self._monotonic() - self._attempted, idle=idle) and self._is_dirty()

    def _is_dirty(self) -> bool:
        return self._aggregate.changes != self._sent_changes

    def _left(self, end: float) -> float:
        return max(0.0, end - self._monotonic())

    def _age(self) -> float:
        return self._monotonic() - self._attempted
