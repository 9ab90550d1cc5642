"""The operator's knobs as one instance knows them."""

import json
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from conteur.domain.knob_values import KnobRules
from conteur.domain.knobs import Knobs
from conteur.errors import ConteurError, DeadlineError, Phase
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.guard_metrics import KNOB_READINGS
from conteur.use_cases.knobs_watch import (
    KEPT_SECONDS,
    READ_EVERY_SECONDS,
    READ_SECONDS,
    KnobsWatch,
)
from conteur.use_cases.ports import Background
from tests.fakes import FakeClock
from tests.use_cases.conftest import at_once

USUAL = Knobs(models=("first",))
RULES = KnobRules(USUAL, ("first", "second"), ("story-2",))
OFF = {"generation": {"enabled": False}}
BAD = {"generation": {"enabled": "off"}}
CALLERS = 20
PATIENCE = 30.0


@dataclass
class FakeSource:
    """Implements guard_ports.KnobSource: what the test wrote, or `error`."""

    fields: Mapping[str, object] = field(default_factory=dict)
    error: ConteurError | None = None
    timeouts: list[float] = field(default_factory=list)
    on_read: Callable[[], object] = lambda: None

    def read(self, timeout: float) -> Mapping[str, object]:
        self.timeouts.append(timeout)
        fields, error = self.fields, self.error
        self.on_read()
        if error:
            raise error
        return fields

    @property
    def readings(self) -> int:
        return len(self.timeouts)


class Instance:
    """One instance whose readings run at once, unless `delayed`: then when the test says so."""

    def __init__(self, *, delayed: bool = False) -> None:
        self.clock = FakeClock()
        self.source = FakeSource()
        self.meter = Aggregate()
        self.waiting: list[Callable[[], None]] = []
        self.watch = self.watch_with(self.waiting.append if delayed else at_once, patience=0)

    def watch_with(self, background: Background, patience: float) -> KnobsWatch:
        return KnobsWatch(self.source, RULES, self.clock, background, self.meter, patience)

    def after(self, seconds: float) -> Knobs:
        """Return the knobs that a call gets, so many seconds later."""
        self.clock.advance(seconds)
        return self.watch.current()

    def counted(self) -> dict[str, int]:
        found = [one for one in self.meter.snapshot().series if one.metric is KNOB_READINGS]
        return {one.labels[0]: one.value for one in found if isinstance(one.value, int)}


@pytest.fixture
def instance() -> Instance:
    return Instance()


@pytest.fixture
def slow() -> Instance:
    return Instance(delayed=True)


def lines(capsys: pytest.CaptureFixture[str], *names: str) -> list[tuple[Any, ...]]:
    """Return the named fields of each line that was logged since."""
    entries = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [tuple(entry.get(name) for name in names) for entry in entries]


def test_the_first_call_has_the_knobs_read(instance: Instance) -> None:
    """What an operator turned before an instance started holds for its first story."""
    instance.source.fields = OFF
    assert instance.watch.current() == replace(USUAL, enabled=False)
    assert instance.source.timeouts == [READ_SECONDS]


def test_young_knobs_are_not_read_again(instance: Instance) -> None:
    """Calls within five seconds share one reading."""
    instance.watch.current()
    instance.source.fields = OFF
    assert instance.after(READ_EVERY_SECONDS - 0.1).enabled
    assert instance.source.readings == 1


def test_older_knobs_are_read_beside_the_caller(slow: Instance) -> None:
    """After five seconds a call goes on with what is known, and the next one has what is new."""
    slow.watch.refresh()
    slow.waiting.pop()()
    slow.source.fields = OFF
    assert slow.after(READ_EVERY_SECONDS).enabled
    slow.waiting.pop()()
    assert not slow.watch.current().enabled


@pytest.mark.parametrize("idle", [KEPT_SECONDS, 3600.0])
def test_a_change_is_in_force_within_ten_seconds(instance: Instance, idle: float) -> None:
    """A call that comes ten seconds after a change, or later, follows it: idle or not."""
    instance.watch.current()
    instance.source.fields = OFF
    assert not instance.after(idle).enabled


@pytest.mark.parametrize("pace", [0.3, 2.0, 4.9, 5.0, 7.0, 9.9])
def test_a_change_is_in_force_at_any_pace(pace: float) -> None:
    """However often calls come, the first one ten seconds after a change follows it."""
    instance = Instance()
    for _ in range(20):
        instance.after(pace)
    instance.source.fields = OFF
    passed = 0.0
    while passed < KEPT_SECONDS:
        passed += pace
        enabled = instance.after(pace).enabled
    assert not enabled


def test_knobs_that_are_turned_back(instance: Instance) -> None:
    """A knob that the document has no more is as the settings say."""
    instance.source.fields = OFF
    instance.watch.current()
    instance.source.fields = {}
    assert instance.after(KEPT_SECONDS) == USUAL


def test_an_outage_keeps_the_last_good_knobs(instance: Instance) -> None:
    """While the source is down stories go on as they were told to, however long it lasts."""
    instance.source.fields = OFF
    instance.watch.current()
    instance.source.error = DeadlineError("slow", Phase.ADMISSION)
    assert [instance.after(60).enabled for _ in range(3)] == [False] * 3


def test_an_outage_from_the_start(instance: Instance) -> None:
    """Before a first reading the settings hold."""
    instance.source.error = DeadlineError("slow", Phase.ADMISSION)
    assert instance.watch.current() == USUAL


def test_a_failed_reading_is_not_repeated_by_every_call(instance: Instance) -> None:
    """While the source is down it is asked every five seconds, whoever calls."""
    instance.source.error = DeadlineError("slow", Phase.ADMISSION)
    for _ in range(10):
        instance.after(1)
    assert instance.source.readings == 2


def test_an_outage_is_told_once(instance: Instance, capsys: pytest.CaptureFixture[str]) -> None:
    """The log says when the knobs cannot be read, and when they can again; each one counts."""
    instance.source.error = DeadlineError("slow", Phase.ADMISSION)
    for _ in range(3):
        instance.after(60)
    instance.source.error = None
    instance.after(60)
    told = [("WARNING", "config.unread", "slow"), ("INFO", "config.read_again", None)]
    assert lines(capsys, "severity", "event", "problem") == told
    assert instance.counted() == {"failed": 3, "taken": 1, "bad_values": 0}


def test_bad_values_are_told_once_for_a_document(
    instance: Instance, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bad value is an error of the log that names knob and rule, again when something changed."""
    instance.source.fields = {**BAD, "deadlineSec": float("nan")}
    for _ in range(3):
        instance.after(60)
    assert lines(capsys, "severity", "event", "knob", "rule") == [
        ("ERROR", "config.bad_value", "deadlineSec", "must be a number from 5 to 50"),
        ("ERROR", "config.bad_value", "generation.enabled", "must be true or false"),
    ]
    instance.source.fields = BAD
    instance.after(60)
    assert len(lines(capsys)) == 1
    assert instance.counted() == {"failed": 0, "taken": 0, "bad_values": 4}


def test_a_value_that_no_knob_can_have(
    instance: Instance, capsys: pytest.CaptureFixture[str]
) -> None:
    """A value of a type that is new with each reading, as a place on a map is, is told once."""
    for _ in range(3):
        instance.source.fields = {"deadlineSec": object()}
        instance.after(60)
    assert lines(capsys, "event", "knob") == [("config.bad_value", "deadlineSec")]


def test_a_bad_value_leaves_its_knob_as_it_last_was(instance: Instance) -> None:
    """What an operator had turned stays turned when its next value is bad."""
    instance.source.fields = OFF
    instance.watch.current()
    instance.source.fields = BAD
    assert not instance.after(KEPT_SECONDS).enabled


def test_changes_are_told(instance: Instance, capsys: pytest.CaptureFixture[str]) -> None:
    """Each knob that changes is one line of the log, with its value before and now."""
    instance.source.fields = {**OFF, "models": ["second", "first"]}
    for _ in range(3):
        instance.after(60)
    assert lines(capsys, "event", "knob", "before", "now") == [
        ("config.changed", "generation.enabled", "true", "false"),
        ("config.changed", "models", "first", "second,first"),
    ]


def test_one_reading_at_a_time(slow: Instance) -> None:
    """While a reading is on its way no other one begins."""
    for _ in range(3):
        assert slow.watch.current() == USUAL
        slow.watch.refresh()
    slow.clock.advance(READ_SECONDS)
    slow.watch.current()
    assert len(slow.waiting) == 1


def test_a_reading_that_was_frozen_is_given_up(slow: Instance) -> None:
    """What a reading says that began long ago, before the instance froze, is not believed."""
    slow.watch.refresh()
    slow.source.fields = OFF
    slow.after(3600)
    frozen, fresh = slow.waiting
    fresh()
    slow.source.fields = {}
    frozen()
    assert not slow.watch.current().enabled


def test_a_frozen_reading_that_fails_is_no_outage(
    slow: Instance, capsys: pytest.CaptureFixture[str]
) -> None:
    """The time-out of a reading that nobody listens to any more is not told."""
    slow.watch.refresh()
    slow.after(3600)
    frozen, fresh = slow.waiting
    fresh()
    slow.source.error = DeadlineError("slow", Phase.ADMISSION)
    frozen()
    assert (lines(capsys), slow.counted()["failed"]) == ([], 0)


def test_callers_that_wait_share_one_reading(instance: Instance) -> None:
    """Callers at the same moment wait for one reading, and all of them have what it found."""
    instance.source.fields = OFF
    together, reading = threading.Barrier(CALLERS), threading.Event()
    instance.source.on_read = lambda: reading.wait(PATIENCE)
    watch = instance.watch_with(lambda read: threading.Thread(target=read).start(), PATIENCE)

    def call(_: int) -> Knobs:
        together.wait(PATIENCE)
        reading.set()
        return watch.current()

    with ThreadPoolExecutor(CALLERS) as callers:
        found = list(callers.map(call, range(CALLERS)))
    assert {knobs.enabled for knobs in found} == {False}
    assert instance.source.readings == 1


def test_nobody_waits_for_long(slow: Instance) -> None:
    """A caller goes on with what is known when a reading takes longer than a caller waits."""
    slow.source.fields = OFF
    watch = slow.watch_with(slow.waiting.append, patience=0.01)
    assert watch.current() == USUAL
    slow.waiting.pop()()
    assert not watch.current().enabled


def test_in_an_outage_only_the_first_callers_wait(slow: Instance) -> None:
    """After a failed reading a call waits for one that has just begun, and for no older one."""
    watch, answered = slow.watch_with(slow.waiting.append, patience=2), threading.Event()
    slow.source.error = DeadlineError("slow", Phase.ADMISSION)
    watch.refresh()
    slow.waiting.pop()()
    slow.source.error, slow.source.fields = None, OFF
    slow.clock.advance(READ_EVERY_SECONDS)
    watch.refresh()
    slow.clock.advance(2)
    slow.source.on_read = lambda: answered.wait(1)
    with ThreadPoolExecutor(1) as background:
        background.submit(slow.waiting.pop())
        assert watch.current() == USUAL
        answered.set()
