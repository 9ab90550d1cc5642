"""The day's budget as one instance knows it."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import count

import pytest

from conteur.domain.budget import BudgetReading, BudgetRule
from conteur.domain.deadline import Deadline
from conteur.errors import BudgetError, DeadlineError, Phase
from conteur.telemetry.guard_metrics import BUDGET_LIMIT_MICROS, BUDGET_LOAD_MICROS, BUDGET_STOPPED
from conteur.use_cases.budget_watch import READ_EVERY_SECONDS, BudgetWatch
from conteur.use_cases.ports import Budgets
from tests.fake_store import Shard
from tests.use_cases.conftest import DAY, REQUEST, StoryWorld, at_once

SECONDS_TO_MIDNIGHT = 86_400 - 1000
CALLERS = 80


class Watch(StoryWorld):
    """A watch over a budget of 1000 micro-dollars; `background` are the actions not yet run."""

    def __init__(self) -> None:
        super().__init__()
        self.budget = BudgetRule(micros_a_day=1000)
        self.background: list[Callable[[], None]] = []
        self.watch = self.watch_with(self.background.append)

    def watch_with(self, background: Callable[[Callable[[], None]], None]) -> BudgetWatch:
        limit = self.budget.micros_a_day
        return BudgetWatch(self.budgets, limit, self.clock, background, self.meter)

    def others_hold(self, micros: int, day: str = DAY) -> None:
        self.stories.shards[day, 1] = Shard(reserved=micros)

    def read(self) -> None:
        """Have the load read again, and wait for it."""
        self.clock.advance(READ_EVERY_SECONDS)
        self.watch.refresh()
        self.background.pop()()


def told(capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str, int]]:
    """Return what the log has said since: its severity, its event and the limit."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [(line["severity"], line["event"], line["limit_micros"]) for line in lines]


@pytest.fixture
def world() -> Watch:
    return Watch()


def test_room_is_used_up_to_the_limit(world: Watch) -> None:
    """What is reserved here is counted at once, and may be all that there is."""
    assert world.watch.reserve(600) is None
    assert world.watch.reserve(400) is None
    assert isinstance(world.watch.reserve(1), BudgetError)


def test_what_was_not_written_makes_room(world: Watch) -> None:
    """A reservation that came to nothing leaves the room to the next."""
    world.watch.reserve(1000)
    world.watch.release(1000)
    assert world.watch.reserve(1000) is None


def test_what_the_others_hold_is_counted(world: Watch) -> None:
    """What a reading finds leaves so much less room here."""
    world.others_hold(700)
    world.read()
    assert isinstance(world.watch.reserve(301), BudgetError)
    assert world.watch.reserve(300) is None


def test_a_refusal_lasts_until_midnight(world: Watch) -> None:
    """Who is refused may come back when the next day begins, UTC's."""
    refused = world.watch.reserve(1001)
    assert refused is not None
    assert refused.retry_after_seconds == SECONDS_TO_MIDNIGHT


def test_what_is_reserved_may_turn_out_too_much(world: Watch) -> None:
    """A reading that comes after the reservation can show that there was no room."""
    world.watch.reserve(400)
    assert world.watch.refusal() is None
    world.others_hold(700)
    world.read()
    assert isinstance(world.watch.refusal(), BudgetError)


def test_what_is_written_is_counted_once(world: Watch) -> None:
    """A reservation that the store has is left to the reading that finds it there."""
    world.watch.reserve(400)
    world.watch.written(400)
    world.others_hold(400)
    world.read()
    assert world.watch.reserve(600) is None
    assert isinstance(world.watch.reserve(1), BudgetError)


@dataclass
class Interrupted:
    """Budgets whose reading takes long enough for something to happen meanwhile."""

    budgets: Budgets
    meanwhile: Callable[[], None]

    def read(self, day: str, timeout: float) -> BudgetReading:
        self.meanwhile()
        return self.budgets.read(day, timeout)


def interrupted(world: Watch, meanwhile: Callable[[], None]) -> None:
    """Have the load read, and this happen after the reading has begun."""
    world.watch._budgets = Interrupted(world.budgets, meanwhile)  # noqa: SLF001 - the moment is inside
    world.read()


def room(world: Watch) -> int:
    """Use up what there is, and return how much it was."""
    return sum(world.watch.reserve(100) is None for _ in range(20)) * 100


def test_what_is_given_back_during_a_reading(world: Watch) -> None:
    """What the reading was to find, and no longer does, is taken off once."""
    world.watch.reserve(400)
    world.watch.written(400)
    interrupted(world, lambda: world.watch.give_back(400, readings=1))
    assert room(world) == 1000


def test_what_a_reading_has_found_gone(world: Watch) -> None:
    """What is given back before a reading, and told after it, is taken off once."""
    world.watch.reserve(400)
    world.watch.written(400)
    before = world.watch.readings
    world.read()
    world.watch.give_back(400, before)
    assert room(world) == 1000


def test_what_is_written_and_given_back_during_a_reading(world: Watch) -> None:
    """Where more than that was written, too much may count until the next reading, never less."""
    for _ in range(2):
        world.watch.reserve(300)
    world.watch.written(300)

    def meanwhile() -> None:
        world.watch.written(300)
        world.watch.give_back(300, readings=1)

    interrupted(world, meanwhile)
    world.others_hold(300)
    world.read()
    assert room(world) == 700


def test_what_is_on_its_way_stays_counted(world: Watch) -> None:
    """A reservation that a reading came too early for is still counted after it."""
    world.watch.reserve(400)
    world.read()
    assert isinstance(world.watch.reserve(601), BudgetError)


def test_what_is_given_back_is_not_counted_twice(world: Watch) -> None:
    """A claim that is taken back, after a reading has found it, leaves no trace after the next."""
    world.watch.reserve(400)
    world.watch.written(400)
    world.others_hold(400)
    world.read()
    world.watch.give_back(400, world.watch.readings)
    world.others_hold(0)
    world.read()
    assert world.watch.reserve(1000) is None
    assert isinstance(world.watch.reserve(1), BudgetError)


def test_read_beside_the_calls(world: Watch) -> None:
    """The load is read every five seconds at most, by one reader, for whom no call waits."""
    for _ in range(3):
        world.watch.refresh()
    world.clock.advance(READ_EVERY_SECONDS - 0.1)
    world.watch.refresh()
    assert (len(world.background), world.budgets.readings) == (1, 0)
    world.background.pop()()
    world.clock.advance(0.1)
    world.watch.refresh()
    assert (len(world.background), world.budgets.readings) == (1, 1)


def test_one_reading_at_a_time(world: Watch) -> None:
    """A reading that is held up is not overtaken: two would take the same counts off twice."""
    world.watch.refresh()
    world.clock.advance(10 * READ_EVERY_SECONDS)
    world.watch.refresh()
    assert len(world.background) == 1


def test_yesterdays_reading(world: Watch) -> None:
    """What was read of yesterday takes no room from today."""
    world.others_hold(1000)
    world.read()
    world.clock.advance(SECONDS_TO_MIDNIGHT)
    assert world.watch.reserve(1000) is None


def test_a_reading_that_fails(world: Watch, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the counters cannot be read, the last reading holds, and the log says so."""
    world.others_hold(700)
    world.read()
    world.budgets.error = DeadlineError("slow", Phase.ADMISSION)
    world.read()
    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["problem"]) == ("budget.unread", "slow")
    assert isinstance(world.watch.reserve(301), BudgetError)


def test_load_and_limit_are_shown(world: Watch) -> None:
    """The limit is a gauge from the start, and the load from the first reading."""
    assert world.counted(BUDGET_LIMIT_MICROS) == {(): 1000}
    world.others_hold(700)
    world.read()
    assert world.counted(BUDGET_LOAD_MICROS) == {(): 700}


def test_a_stop_is_told_once(world: Watch, capsys: pytest.CaptureFixture[str]) -> None:
    """However many stories are refused, one line at ERROR and a gauge of 1 say so."""
    assert world.counted(BUDGET_STOPPED) == {}
    for _ in range(3):
        world.watch.reserve(1001)
    assert told(capsys) == [("ERROR", "budget.stopped", 1000)]
    assert world.counted(BUDGET_STOPPED) == {(): 1}


def test_a_late_stop_is_told(world: Watch, capsys: pytest.CaptureFixture[str]) -> None:
    """A story that a reading refuses after its reservation stops the stories as well."""
    world.watch.reserve(400)
    world.others_hold(700)
    world.read()
    for _ in range(2):
        world.watch.refusal()
    assert told(capsys) == [("ERROR", "budget.stopped", 1000)]
    assert world.counted(BUDGET_STOPPED) == {(): 1}


def test_an_opening_is_told_once(world: Watch, capsys: pytest.CaptureFixture[str]) -> None:
    """Stories that are told again, the next day, are told of once."""
    world.watch.reserve(1001)
    world.clock.advance(SECONDS_TO_MIDNIGHT)
    for _ in range(3):
        world.watch.reserve(10)
    assert told(capsys)[1:] == []
    world.watch.limit(2000)
    for _ in range(3):
        world.watch.reserve(10)
    assert told(capsys) == [("INFO", "budget.open", 2000)]
    assert world.counted(BUDGET_STOPPED) == {}


def test_small_stories_of_a_spent_budget(world: Watch, capsys: pytest.CaptureFixture[str]) -> None:
    """While longer stories are refused, a shorter one that is told is no opening."""
    world.watch.reserve(900)
    for _ in range(3):
        world.watch.reserve(200)
        assert world.watch.reserve(10) is None
        assert world.watch.refusal() is None
    assert [event for _, event, _ in told(capsys)] == ["budget.stopped"]
    world.watch.release(300)
    world.watch.reserve(10)
    assert [event for _, event, _ in told(capsys)] == ["budget.open"]


def test_many_changes_at_once(world: Watch, capsys: pytest.CaptureFixture[str]) -> None:
    """Of threads that stop the stories and open them again, each change is told, in its order."""
    world.watch.reserve(1)

    def call(number: int) -> None:
        if number % 2:
            world.watch.release(1)
            world.watch.reserve(1)
        elif world.watch.reserve(1000) is None:
            world.watch.release(1000)

    with ThreadPoolExecutor(8) as callers:
        list(callers.map(call, range(2000)))
    events = [event for _, event, _ in told(capsys)]
    assert len(events) > 1
    assert events == [("budget.stopped", "budget.open")[n % 2] for n in range(len(events))]
    assert world.counted(BUDGET_STOPPED) == ({(): 1} if len(events) % 2 else {})


def test_many_callers_at_once(world: Watch) -> None:
    """Eighty calls at once on one instance, with readings between, never reserve too much."""
    watch = world.watch_with(at_once)
    admit = replace(world.admit(), budget=watch)
    claiming, arrivals = threading.Barrier(10), count()
    loads: list[int] = []

    def meet(method: str) -> None:
        world.clock.advance(READ_EVERY_SECONDS)
        watch.refresh()
        loads.append(world.stories.load(DAY))
        if method == "claim" and next(arrivals) < claiming.parties:
            claiming.wait(timeout=10)

    def call(number: int) -> bool:
        order = world.order(replace(REQUEST, request_id=str(number)))
        try:
            wish = replace(order.wish, uid=str(number))
            admit(replace(order, wish=wish, deadline=Deadline(10_000)))
        except BudgetError:
            return False
        return True

    world.stories.on_call = world.stories.on_answer = meet
    with ThreadPoolExecutor(CALLERS) as callers:
        admitted = sum(callers.map(call, range(CALLERS)))
    assert world.quoted * admitted == world.stories.load(DAY)
    assert 0 < max(loads) <= 1000
