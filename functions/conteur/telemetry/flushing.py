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
from conteur.telemetry.instance_state import InstanceState
from conteur.telemetry.registry import Outcome

BUSY_SECONDS = 60.0
IDLE_SECONDS = 6.0  # above the 5 s that Cloud Monitoring wants between two points
SEND_SECONDS = 3.0
IDLE_WAIT_SECONDS = 0.25

CLOSE_SECONDS = 6.5  # Cloud Run kills 10 s after SIGTERM, and gunicorn lingers for up to 2
LAST_SEND_SECONDS = 1.5  # a sink that hangs, and then does not, has time to show it
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 1.0


class SinkError(Exception):
    """The snapshot was not taken, or nobody knows whether it was."""


class RefusedPointsError(SinkError):
    """Some points were refused, and always will be; all the others were taken."""


class MetricSink(Protocol):
    """Where metrics go. It takes a snapshot however soon after another one."""

    def send(self, snapshot: Snapshot, timeout: float) -> None:
        """Take the snapshot within `timeout` seconds. Raises SinkError."""


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
        state: InstanceState,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._aggregate = aggregate
        self._sink = sink
        self._state = state
        self._monotonic = monotonic
        self._sleep = sleep
        self._starting = threading.Lock()
        self._sending = threading.Lock()
        self._thread: threading.Thread | None = None
        self._pid = 0
        self._attempted = float("-inf")
        self._sent_changes = 0
        self._down = False

    def on_request_start(self) -> None:
        """Count a request in; what has waited too long is sent beside it."""
        if not self._pid:
            self._pid = os.getpid()
            self._state.begin()
        self._state.in_flight.begin()
        if self._is_due(BUSY_SECONDS):
            self._begin_flush(BUSY_SECONDS)

    def on_request_end(self, outcome: Outcome, wait_seconds: float = IDLE_WAIT_SECONDS) -> None:
        """Count a request out, after its answer's last byte was written, if anybody waits for it.

        When it was the last one, the thread that sends gets up to `wait_seconds` of the CPU
        that is about to be taken away. The client has its whole answer by then; a stream's
        connection, which ends with the request, stays open for as long.
        """
        self._state.ended(outcome)
        idle = self._state.in_flight.end()
        rest = IDLE_SECONDS if idle else BUSY_SECONDS
        if self._is_due(rest):
            self._begin_flush(rest)
        if idle:
            self._join(wait_seconds)

    def close(self, seconds: float = CLOSE_SECONDS) -> None:
        """Send what is left, again until it is taken, all within `seconds`; for SIGTERM.

        What is left is lost where they do not suffice. Does nothing in a process that served no
        request, as gunicorn's master, and nothing in the child of one that did.
        """
        if self._pid != os.getpid():
            return
        end = self._monotonic() + seconds
        self._join(seconds)
        if self._sending.acquire(timeout=self._left(end)):
            try:
                self._send_until_taken(end)
            finally:
                self._sending.release()

    def _begin_flush(self, rest: float) -> None:
        if not self._starting.acquire(blocking=False):
            return  # another request is just starting the thread
        try:
            # Looked at again: a flush that another request started may have ended meanwhile.
            if self._is_due(rest) and not self._is_sending():
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

    def _send_until_taken(self, end: float) -> None:
        """Send until nothing is left, or no time; `_sending` is held."""
        pause = FIRST_PAUSE_SECONDS
        while self._is_dirty() and (left := self._left(end)):
            if not self._send(min(LAST_SEND_SECONDS, left)):
                self._sleep(min(pause, self._left(end)))
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def _send(self, timeout: float) -> bool:
        """Send the aggregate, and return whether it was taken; `_sending` is held."""
        self._state.show()
        snapshot = self._aggregate.snapshot()
        self._attempted = self._monotonic()
        try:
            self._sink.send(snapshot, timeout)
        except RefusedPointsError as error:
            self._report(error)  # to send them again would be refused again
        except SinkError as error:
            self._report(error)
            return False
        else:
            self._report(None)
        self._sent_changes = snapshot.changes
        self._state.sent()
        return True

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
        if thread is not None and thread.is_alive():  # to join one that ended costs more than this
            thread.join(seconds)

    def _is_sending(self) -> bool:
        thread = self._thread
        return thread is not None and thread.is_alive()

    def _is_due(self, rest: float) -> bool:
        """Tell whether to send what waits; `rest` is the seconds between two attempts to."""
        return self._monotonic() - self._attempted >= rest and self._is_dirty()

    def _is_dirty(self) -> bool:
        return self._aggregate.changes != self._sent_changes

    def _left(self, end: float) -> float:
        return max(0.0, end - self._monotonic())
