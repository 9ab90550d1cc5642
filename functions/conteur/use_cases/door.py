"""What this instance knows of its users, so that hammering neither writes nor raises a counter."""

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from conteur.domain.quota import Excess, Limits, next_day
from conteur.errors import ConcurrencyError, QuotaError, UserQuotaError
from conteur.use_cases.ports import Clock

AT_ONCE_SECONDS = 2.0  # until a user with a story too many asks again
LONGEST_MEMORY_SECONDS = 60.0  # a story that fails elsewhere gives its user one back
MOST_REMEMBERED = 10_000


class Door:
    """Refuses at once who is known to be over a limit.

    A story that ends here makes room: what was remembered of its user is forgotten.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._inside: Counter[str] = Counter()
        self._refused: OrderedDict[str, tuple[Excess, float]] = OrderedDict()

    def refusal(self, uid: str, limits: Limits) -> QuotaError | None:
        """Return why `uid` cannot have another story now, as far as is known here."""
        with self._lock:
            if self._inside[uid] >= limits.at_once:
                return self._error(Excess.AT_ONCE)
            over, until = self._refused.get(uid, (Excess.AT_ONCE, float("-inf")))
            return self._error(over) if self._clock.monotonic() < until else None

    def refuse(self, uid: str, over: Excess) -> QuotaError:
        """Remember that `uid` is over a limit until they are told to come back, and say so."""
        error = self._error(over)
        seconds = min(error.retry_after_seconds or 0.0, LONGEST_MEMORY_SECONDS)
        with self._lock:
            self._refused[uid] = over, self._clock.monotonic() + seconds
            self._refused.move_to_end(uid)
            if len(self._refused) > MOST_REMEMBERED:
                self._refused.popitem(last=False)
        return error

    @contextmanager
    def inside(self, uid: str) -> Iterator[None]:
        """Count a story of `uid` that is told here until the block ends."""
        with self._lock:
            self._inside[uid] += 1
        try:
            yield
        finally:
            with self._lock:
                self._inside[uid] -= 1
                if not self._inside[uid]:
                    del self._inside[uid]
                self._refused.pop(uid, None)

    def _error(self, over: Excess) -> QuotaError:
        if over is Excess.AT_ONCE:
            return ConcurrencyError(
                "as many of your stories as may be are being told: wait for one to end",
                retry_after_seconds=AT_ONCE_SECONDS,
            )
        now = self._clock.now()
        return UserQuotaError(
            "you have had all of today's stories: the next day begins at midnight, UTC",
            retry_after_seconds=(next_day(now) - now).total_seconds(),
        )
