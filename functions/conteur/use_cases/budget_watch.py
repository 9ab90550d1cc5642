"""What this instance knows of the day's budget."""

import threading

from conteur.domain.budget import BudgetReading
from conteur.domain.quota import day_of, next_day
from conteur.errors import BudgetError, ConteurError
from conteur.telemetry import context, logs
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.guard_metrics import BUDGET_LIMIT_MICROS, BUDGET_LOAD_MICROS, BUDGET_STOPPED
from conteur.use_cases.ports import Background, Budgets, Clock

READ_EVERY_SECONDS = 5.0
READ_SECONDS = 3.0


class BudgetWatch:
    """Keeps the budget's load, read beside the calls every READ_EVERY_SECONDS while there are any.

    No call waits for a reading. What this instance reserves is counted at once, and until a
    reading that began after the store had it; what the others reserve is known after
    READ_EVERY_SECONDS at most, or with the first reading. What is written during a reading may
    count twice until the next one: a story is refused too early rather than too late.
    """

    def __init__(
        self,
        budgets: Budgets,
        micros_a_day: int,
        clock: Clock,
        background: Background,
        meter: Aggregate,
    ) -> None:
        self._budgets = budgets
        self._limit = micros_a_day
        self._clock = clock
        self._background = background
        self._meter = meter
        self._lock = threading.Lock()
        self._reading: BudgetReading | None = None
        self._begun = float("-inf")
        self._is_reading = False
        self._own = 0  # micro-dollars that the reading may not hold yet
        self._written = 0  # of these: the store has them, so the next reading holds them
        self._counted = 0  # of these: written before the reading began that is on its way
        self._readings = 0  # that have begun
        self._refused: int | None = None  # since stories are stopped, the least that was refused
        meter.set(BUDGET_LIMIT_MICROS, micros_a_day)
        meter.set(BUDGET_STOPPED, 0)

    def limit(self, micros_a_day: int) -> None:
        """Have the day's stories cost so much at most from now on."""
        if micros_a_day != self._limit:
            self._limit = micros_a_day
            self._meter.set(BUDGET_LIMIT_MICROS, micros_a_day)

    def refresh(self) -> None:
        """Have the load read again if it is old, and no reading is on its way."""
        now = self._clock.monotonic()
        with self._lock:
            if self._is_reading or now < self._begun + READ_EVERY_SECONDS:
                return
            self._is_reading, self._begun = True, now
        self._background(context.outside(self._read))

    def reserve(self, micros: int) -> BudgetError | None:
        """Count `micros` as reserved here; or return why they cannot be, as far as is known."""
        with self._lock:
            load = self._load()
            spent = load + micros > self._limit
            if spent:
                self._stop(micros)
            else:
                self._own += micros
                self._open(load)
        return self._error() if spent else None

    def written(self, micros: int) -> None:
        """Note that the store has `micros` that were reserved here."""
        with self._lock:
            self._written += micros

    def release(self, micros: int) -> None:
        """Count `micros` no longer that were reserved here, and never written."""
        with self._lock:
            self._own -= micros

    @property
    def readings(self) -> int:
        """How many readings have begun: what `give_back` has to know of the time before it."""
        return self._readings

    def give_back(self, micros: int, readings: int) -> None:
        """Count `micros` no longer that were reserved here, and are given back in the store.

        `readings` is how many had begun before that. One that began since may have found them
        gone: then they are its own to take off. One that was on its way already must not take off
        once more what is taken off here.
        """
        with self._lock:
            if readings == self._readings:
                self._own -= micros
                self._written -= micros
                self._counted = max(0, self._counted - micros)

    def refusal(self) -> BudgetError | None:
        """Return why what was reserved cannot be spent, if that has become known since."""
        with self._lock:
            spent = self._load() > self._limit
            if spent:
                self._stop(0)
        return self._error() if spent else None

    def _load(self) -> int:
        reading, today = self._reading, day_of(self._clock.now())
        return self._own + (reading.load if reading and reading.day == today else 0)

    # Both are told with the lock held, so that the last one told is how things are.

    def _stop(self, micros: int) -> None:
        """Note that `micros` were refused; the first refusal is told."""
        if self._refused is None:
            self._refused = micros
            self._meter.set(BUDGET_STOPPED, 1)
            logs.error("budget.stopped", limit_micros=self._limit)
        self._refused = min(self._refused, micros)

    def _open(self, load: int) -> None:
        """Tell, once, that what was refused would find room again; a smaller story is no sign."""
        if self._refused is not None and load + self._refused <= self._limit:
            self._refused = None
            self._meter.set(BUDGET_STOPPED, 0)
            logs.info("budget.open", limit_micros=self._limit)

    def _error(self) -> BudgetError:
        now = self._clock.now()
        return BudgetError(
            "today's stories have all been told: the next day begins at midnight, UTC",
            retry_after_seconds=(next_day(now) - now).total_seconds(),
        ).noting(load_micros=self._load(), limit_micros=self._limit)

    def _read(self) -> None:
        try:
            self._keep_reading()
        except ConteurError as error:
            logs.warning("budget.unread", problem=error.message)
        finally:
            with self._lock:
                self._is_reading = False

    def _keep_reading(self) -> None:
        with self._lock:
            self._counted = self._written
            self._readings += 1
        reading = self._budgets.read(day_of(self._clock.now()), READ_SECONDS)
        with self._lock:
            self._reading = reading
            self._own -= self._counted
            self._written -= self._counted
        self._meter.set(BUDGET_LOAD_MICROS, reading.load)
