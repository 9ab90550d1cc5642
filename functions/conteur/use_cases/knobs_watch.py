"""The operator's knobs as this instance knows them."""

import json
import threading
from collections.abc import Mapping
from functools import partial

from conteur.domain.knob_document import ParsedKnobs, parse_knobs
from conteur.domain.knob_values import KnobRules, shown, values_of
from conteur.domain.knobs import Knobs
from conteur.errors import ConteurError
from conteur.telemetry import context, logs
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.guard_metrics import KNOB_READINGS
from conteur.use_cases.guard_ports import KnobSource
from conteur.use_cases.ports import Background, Clock

READ_EVERY_SECONDS = 5.0
KEPT_SECONDS = 10.0
WAIT_SECONDS = 1.0
READ_SECONDS = 3.0  # under READ_EVERY_SECONDS, so that one reading ends before the next begins
MOST_PROBLEMS_TOLD = 20

_NEVER = float("-inf")


class _Reading:
    """A reading that began at `begun`, on the monotonic clock."""

    def __init__(self, begun: float) -> None:
        self.begun = begun
        self.ended = threading.Event()


class KnobsWatch:
    """Keeps the knobs, read while there are calls; one reading every READ_EVERY_SECONDS at most.

    What is older than that is read again beside the caller, who waits only for what is older than
    KEPT_SECONDS, and for `wait_seconds` at most. So a change is in force after KEPT_SECONDS, also
    on an instance that was idle; where the source does not answer, the last good knobs stay.
    A reading that has not ended when the next one is due was frozen with its instance: nobody
    listens to it any more.
    """

    def __init__(
        self,
        source: KnobSource,
        rules: KnobRules,
        clock: Clock,
        background: Background,
        meter: Aggregate,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self._source = source
        self._rules = rules
        self._clock = clock
        self._background = background
        self._meter = meter
        self._wait_seconds = wait_seconds
        self._lock = threading.Lock()
        self._knobs = rules.usual
        self._known_at = _NEVER  # when the reading began that the knobs are of
        self._latest = _Reading(_NEVER)
        self._latest.ended.set()
        self._failing = False
        self._content = ""

    def current(self) -> Knobs:
        """Return the knobs as they stand."""
        now = self._clock.monotonic()
        if now < self._known_at + READ_EVERY_SECONDS:
            return self._knobs
        reading = self._latest_due(now)
        if now >= self._known_at + KEPT_SECONDS:
            reading.ended.wait(self._patience(reading, now))
        return self._knobs

    def refresh(self) -> None:
        """Have the knobs read again if they are old, and do not wait for it."""
        now = self._clock.monotonic()
        if now >= self._known_at + READ_EVERY_SECONDS:
            self._latest_due(now)

    def _latest_due(self, now: float) -> _Reading:
        """Return the latest reading, which is begun here if it is due."""
        with self._lock:
            reading = self._latest
            if now < reading.begun + READ_EVERY_SECONDS:
                return reading
            reading = self._latest = _Reading(now)
        self._background(context.outside(partial(self._read, reading)))
        return reading

    def _patience(self, reading: _Reading, now: float) -> float:
        """Return how long to wait: while the source is down, only a reading's first moments.

        Else a reading that was frozen for a moment, with its idle instance, is waited for too.
        """
        begun = reading.begun if self._failing else now
        return max(0.0, begun + self._wait_seconds - now)

    def _read(self, reading: _Reading) -> None:
        try:
            self._take(reading, self._source.read(READ_SECONDS))
        except ConteurError as error:
            self._note_failure(reading, error)
        finally:
            reading.ended.set()

    def _take(self, reading: _Reading, fields: Mapping[str, object]) -> None:
        content = _content(fields)
        with self._lock:
            if reading is not self._latest:
                return
            before, seen, failed = self._knobs, self._content, self._failing
            parsed = parse_knobs(fields, before, self._rules)
            self._knobs, self._content, self._failing = parsed.knobs, content, False
            self._known_at = reading.begun
        self._meter.count(KNOB_READINGS, result="bad_values" if parsed.problems else "taken")
        if failed:
            logs.info("config.read_again")
        if content != seen:
            _tell(before, parsed)

    def _note_failure(self, reading: _Reading, error: ConteurError) -> None:
        with self._lock:
            if reading is not self._latest:
                return
            told, self._failing = self._failing, True
        self._meter.count(KNOB_READINGS, result="failed")
        if not told:
            logs.warning("config.unread", problem=error.message)


def _content(fields: Mapping[str, object]) -> str:
    """Return a text that is the same for the same document; of what no knob can be, the type."""
    return json.dumps(fields, sort_keys=True, default=lambda value: type(value).__name__)


def _tell(before: Knobs, parsed: ParsedKnobs) -> None:
    """Log the knobs that have changed, and the values that are refused."""
    values = values_of(before)
    for knob, value in values_of(parsed.knobs).items():
        if value != values[knob]:
            logs.info("config.changed", knob=knob, before=shown(values[knob]), now=shown(value))
    for problem in parsed.problems[:MOST_PROBLEMS_TOLD]:
        logs.error("config.bad_value", knob=problem.knob, rule=problem.rule)
