"""What this instance knows of its users, so that hammering neither writes nor raises a counter."""

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from conteur.domain.quota import Excess, Limits, Standing, counters, next_day
from conteur.errors import ConcurrencyError, QuotaError, UserQuotaError
from conteur.use_cases.ports import Clock

AT_ONCE_SECONDS = 2.0  # until a user with a story too many asks again
LONGEST_MEMORY_SECONDS = 60.0  # a story that fails elsewhere gives its user one back
MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class _Refusal:
    """Which limit a user is over, until when (monotonic), and when the day that counts ends.

    `standing` is what was known of the user's counters when they were refused, without the story
    that was.
    """

    over: Excess
    until: float
    midnight: datetime
    standing: Standing | None = None


class Door:
    """Lets a user's stories in, and refuses at once who is known to be over a limit.

    No more stories of a user than may be told at once are on their way in or told here, so that
    an instance by itself never raises the counter in vain. A story that ends here makes room:
    what was remembered of its user is forgotten.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._inside: dict[str, Counter[str]] = {}
        self._refused: OrderedDict[tuple[str, Limits], _Refusal] = OrderedDict()

    def enter(self, uid: str, story_id: str, limits: Limits) -> QuotaError | None:
        """Let the story in until it leaves; or return why it cannot be told, as far as is known.

        A story that is inside already may come again: the store tells its calls apart.
        """
        with self._lock:
            known = None if story_id in self._stories(uid) else self._known(uid, limits)
            if known is None:
                self._inside.setdefault(uid, Counter())[story_id] += 1
        return self._error(known, limits) if known else None

    def leave(self, uid: str, story_id: str) -> None:
        """Count one call of the story out."""
        with self._lock:
            stories = self._inside[uid]
            stories[story_id] -= 1
            if not stories[story_id]:
                del stories[story_id]
            if not stories:
                del self._inside[uid]

    @contextmanager
    def telling(self, uid: str, story_id: str, limits: Limits) -> Iterator[None]:
        """Have the story that was let in leave when the block ends, and make room for the next."""
        try:
            yield
        finally:
            self.leave(uid, story_id)
            with self._lock:
                self._refused.pop((uid, limits), None)

    def refuse(
        self,
        uid: str,
        limits: Limits,
        over: Excess,
        began: datetime,
        standing: Standing | None = None,
    ) -> QuotaError:
        """Remember that `uid` is over a limit until they are told to come back, and say so.

        The day that counts is the one in which the story `began`. `standing` is for the log.
        """
        refusal = self._refusal(over, began, standing)
        with self._lock:
            self._refused[uid, limits] = refusal
            self._refused.move_to_end((uid, limits))
            if len(self._refused) > MOST_REMEMBERED:
                self._refused.popitem(last=False)
        return self._error(refusal, limits)

    def drop(self) -> None:
        """Forget who was refused; the store knows, and refuses them again. Who is inside stays."""
        with self._lock:
            self._refused.clear()

    def _known(self, uid: str, limits: Limits) -> _Refusal | None:
        if len(self._stories(uid)) >= limits.at_once:
            return self._refusal(Excess.AT_ONCE, self._clock.now())
        refusal = self._refused.get((uid, limits))
        return refusal if refusal and self._clock.monotonic() < refusal.until else None

    def _refusal(self, over: Excess, began: datetime, standing: Standing | None = None) -> _Refusal:
        midnight = next_day(began)
        seconds = AT_ONCE_SECONDS
        if over is Excess.STORIES:
            seconds = min(self._seconds_to(midnight), LONGEST_MEMORY_SECONDS)
        return _Refusal(over, self._clock.monotonic() + seconds, midnight, standing)

    def _error(self, refusal: _Refusal, limits: Limits) -> QuotaError:
        return self._told(refusal).noting(**counters(limits, refusal.standing))

    def _told(self, refusal: _Refusal) -> QuotaError:
        if refusal.over is Excess.AT_ONCE:
            return ConcurrencyError(
                "as many of your stories as may be are being told: wait for one to end",
                retry_after_seconds=AT_ONCE_SECONDS,
            )
        return UserQuotaError(
            "you have had all of today's stories: the next day begins at midnight, UTC",
            retry_after_seconds=self._seconds_to(refusal.midnight),
        )

    def _seconds_to(self, midnight: datetime) -> float:
        return max(0.0, (midnight - self._clock.now()).total_seconds())

    def _stories(self, uid: str) -> Mapping[str, int]:
        return self._inside.get(uid, {})
