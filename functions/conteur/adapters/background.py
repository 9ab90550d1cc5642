"""Actions that run beside the caller, on a few threads of the process.

The threads are daemons: the interpreter waits at its exit for those of a ThreadPoolExecutor, so
one call that hangs would use up the time that an instance has to send its last metrics.
"""

import contextvars
import os
import queue
import threading
from collections.abc import Callable
from contextlib import suppress

from conteur.telemetry import logs

THREADS = 32  # 80 stories write their checkpoints in time as long as a write takes under 2 s

Action = Callable[[], None]


class BackgroundThreads:
    """Implements ports.Background: at most `most` threads, each started when it is needed.

    An action runs in the caller's context, so that its log lines are those of the caller's
    request. A forked child starts with no action and no thread: threads do not survive a fork.
    """

    _actions: "queue.SimpleQueue[Action]"
    _lock: threading.Lock
    _started: int
    _unfinished: int

    def __init__(self, most: int = THREADS) -> None:
        self._most = most
        self._start_over()
        os.register_at_fork(after_in_child=self._start_over)

    def __call__(self, action: Action) -> None:
        """Run `action` as soon as a thread is free; what it raises is logged."""
        context = contextvars.copy_context()
        self._actions.put(lambda: context.run(_run, action))
        with self._lock:
            self._unfinished += 1
            if self._started < min(self._unfinished, self._most):
                self._start_thread()

    def _start_over(self) -> None:
        self._actions = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._started = 0
        self._unfinished = 0

    def _start_thread(self) -> None:
        try:
            threading.Thread(target=self._work, name="background", daemon=True).start()
        except RuntimeError as error:  # the process has all the threads that it may have
            logs.warning("background.no_thread", error, threads=self._started)
        else:
            self._started += 1

    def _work(self) -> None:
        while True:
            action = self._actions.get()
            with suppress(Exception):  # what cannot even be logged must not cost a thread
                action()
            with self._lock:
                self._unfinished -= 1


def _run(action: Action) -> None:
    try:
        action()
    except Exception as error:  # noqa: BLE001 - nobody waits for it: the log is all that can tell
        logs.error("background.failed", error)
