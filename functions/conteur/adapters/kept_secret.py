"""A secret: read while the service runs, kept, and read again when it may have changed."""

import contextvars
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass

from conteur.domain.secret import Secret
from conteur.errors import DeadlineError, Phase, SecretUnavailableError
from conteur.telemetry import logs
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.guard_metrics import SECRET_REFRESHES
from conteur.use_cases.ports import Clock, SecretStore

READ_SECONDS = 3.0
FRESH_SECONDS = 600.0
USABLE_SECONDS = 86_400.0
AGAIN_SECONDS = 30.0

Check = Callable[[str], Sequence[str]]
"""Says all that is wrong with a secret's text, and quotes nothing of it."""


@dataclass(frozen=True, slots=True)
class SecretSource:
    """Where a secret is read: a version of it, or `latest`."""

    store: SecretStore
    name: str
    version: str

    def read(self) -> Secret:
        """Return the secret within READ_SECONDS. Raises SecretUnavailableError."""
        return self.store.read(self.name, self.version, READ_SECONDS)


@dataclass(frozen=True, slots=True)
class _Kept:
    secret: Secret
    read_at: float


class KeptSecret:
    """One secret out of a store, shared by all threads.

    One read at a time, on a thread of its own, for whoever waits: each waits only as long as
    its own deadline lets it. Once there is a value nobody waits any more: one older than
    FRESH_SECONDS is read again beside the requests, and serves until USABLE_SECONDS where the
    store is down, or has something that `check` finds fault with. Such reads, and those after a
    refusal, are at least AGAIN_SECONDS apart.
    """

    def __init__(
        self,
        source: SecretSource,
        clock: Clock,
        meter: Aggregate,
        executor: Executor | None = None,
        *,
        check: Check = lambda _: (),
    ) -> None:
        self._source = source
        self._name = source.name
        self._clock = clock
        self._meter = meter
        self._executor = executor or ThreadPoolExecutor(1, thread_name_prefix=source.name)
        self._check = check
        self._lock = threading.Lock()
        self._kept: _Kept | None = None
        self._reading: Future[Secret] | None = None
        self._began = float("-inf")

    def get(self, timeout: float) -> Secret:
        """Return the secret. Raises SecretUnavailableError, and DeadlineError (phase secret)."""
        usable = self._usable()
        if usable is None:
            return self._result(self._first_read(), timeout)
        if self._age(usable) >= FRESH_SECONDS and self._may_read_again():
            self._read_again()
        return usable.secret

    def refresh_after_refusal(self, refused: Secret, timeout: float) -> Secret | None:
        """Return another version than the one that was of no use, if there is one."""
        if self._is_kept(refused) and self._may_read_again():
            try:
                self._result(self._read_again(), timeout)
            except (SecretUnavailableError, DeadlineError):
                return None
        kept = self._kept
        return None if kept is None or self._is_kept(refused) else kept.secret

    def _usable(self) -> _Kept | None:
        kept = self._kept
        return None if kept is None or self._age(kept) >= USABLE_SECONDS else kept

    def _age(self, kept: _Kept) -> float:
        return self._clock.monotonic() - kept.read_at

    def _is_kept(self, secret: Secret) -> bool:
        kept = self._kept
        return kept is not None and kept.secret.version == secret.version

    def _may_read_again(self) -> bool:
        with self._lock:
            rested = self._clock.monotonic() - self._began >= AGAIN_SECONDS
            return rested or self._reading is not None

    def _first_read(self) -> Future[Secret]:
        """Return a read for one who has no secret: done, if another's has ended in the meantime."""
        with self._lock:
            usable = self._usable()
            if usable is None:
                return self._join_read()
        done: Future[Secret] = Future()
        done.set_result(usable.secret)
        return done

    def _read_again(self) -> Future[Secret]:
        with self._lock:
            return self._join_read()

    def _join_read(self) -> Future[Secret]:
        """Return the read that is under way, or start one; the lock is held."""
        if self._reading is None:
            self._began = self._clock.monotonic()
            # In the context of who asked first, so that its log lines name that request.
            self._reading = self._executor.submit(contextvars.copy_context().run, self._read)
        return self._reading

    def _read(self) -> Secret:
        try:
            return self._keep(self._source.read())
        except SecretUnavailableError as error:
            self._meter.count(SECRET_REFRESHES, result="failed")
            logs.warning("secret.unavailable", error)
            raise
        finally:
            with self._lock:
                self._reading = None

    def _keep(self, secret: Secret) -> Secret:
        self._inspect(secret)
        changed = not self._is_kept(secret)
        self._meter.count(SECRET_REFRESHES, result="changed" if changed else "same")
        if changed:
            logs.info("secret.read", secret=self._name, version=secret.version)
        self._kept = _Kept(secret, self._clock.monotonic())
        return secret

    def _inspect(self, secret: Secret) -> None:
        if problems := self._check(secret.value):
            raise SecretUnavailableError(self._unusable(secret.version, problems), missing=True)

    def _result(self, reading: Future[Secret], timeout: float) -> Secret:
        try:
            error = reading.exception(timeout)
        except TimeoutError:
            raise DeadlineError(self._late(), Phase.SECRET) from None
        if isinstance(error, SecretUnavailableError):
            # Each of the threads that wait raises its own: a shared one would collect tracebacks.
            raise SecretUnavailableError(error.message, missing=error.missing)
        return reading.result()

    def _unusable(self, version: str, problems: Sequence[str]) -> str:
        return (
            f"Version {version} of the secret {self._name} is of no use: {'; '.join(problems)}. "
            "The operator adds a version."
        )

    def _late(self) -> str:
        return f"The secret {self._name} could not be read in time. Try again in a moment."
