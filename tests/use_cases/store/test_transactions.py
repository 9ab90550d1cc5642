"""A transaction is repeated as a whole, while that may help and there is time."""

import json
from collections.abc import Callable

import pytest

from conteur.domain.deadline import Deadline
from conteur.errors import (
    ConteurError,
    DatabaseBusyError,
    DatabaseUnavailableError,
    GatingUnavailableError,
    IdempotencyInFlightError,
    StoreNotFoundError,
    StoreTimeoutError,
)
from conteur.telemetry.store_metrics import STORE_RETRIES, STORE_TIMEOUTS
from conteur.use_cases.store.ports import Transaction
from tests.store_world import BREAK, PUBLISH, StoreWorld

TIMEOUT = StoreTimeoutError("the time is up")


def succeed(_transaction: Transaction) -> str:
    return "done"


def run(
    world: StoreWorld, attempt: Callable[[Transaction], str] = succeed, seconds: float = 20
) -> str:
    deadline = Deadline(world.clock.monotonic() + seconds)
    return world.transactions.run(PUBLISH, attempt, deadline)


def failures(world: StoreWorld, *errors: ConteurError) -> Callable[[Transaction], str]:
    """Return an attempt that raises these, one after the other, then succeeds."""
    left = iter(errors)

    def attempt(_transaction: Transaction) -> str:
        for error in left:
            raise error
        return f"after {world.database.began}"

    return attempt


def test_what_succeeds_at_once(world: StoreWorld) -> None:
    """A transaction that commits is made once, and nothing is waited for."""
    assert run(world) == "done"
    assert (world.database.began, world.waits) == (1, [])
    assert world.counted(STORE_RETRIES) == {}


@pytest.mark.parametrize("place", ["transaction", "commit"])
def test_what_may_pass(world: StoreWorld, place: str) -> None:
    """A connection that breaks, at the beginning or the end, costs one more attempt."""
    world.database.fail_next(BREAK, at=place)
    assert run(world) == "done"
    assert (world.database.began, world.waits) == (2, [1.0])
    assert world.counted(STORE_RETRIES) == {(PUBLISH, "08006"): 1}


def test_waits_grow(world: StoreWorld) -> None:
    """The second wait is at most twice the first, and a random share of that."""
    world.jitter = 0.5
    assert run(world, failures(world, BREAK, BREAK)) == "after 3"
    assert world.waits == [0.5, 1.0]


def test_the_last_attempt(world: StoreWorld) -> None:
    """After three attempts the failure is told, with when to come again."""
    with pytest.raises(DatabaseUnavailableError) as raised:
        run(world, failures(world, BREAK, BREAK, DatabaseUnavailableError("broken")))
    assert (world.database.began, raised.value.retry_after_seconds) == (3, 5)
    assert world.counted(STORE_RETRIES) == {(PUBLISH, "08006"): 2}


@pytest.mark.parametrize(("seconds", "attempts"), [(1.0, 1), (1.1, 2), (3.0, 2), (3.1, 3)])
def test_the_deadline(world: StoreWorld, seconds: float, attempts: int) -> None:
    """A wait that would reach the deadline is not begun: the failure is told at once."""
    with pytest.raises(DatabaseUnavailableError):
        run(world, failures(world, BREAK, BREAK, BREAK), seconds)
    assert world.database.began == attempts
    assert sum(world.waits) < seconds


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (DatabaseBusyError("busy"), 1),
        (StoreTimeoutError("late"), 5),
        (IdempotencyInFlightError("in flight"), 1),
        (GatingUnavailableError("what?"), 30),
        (StoreNotFoundError("none"), None),
    ],
)
def test_what_is_not_repeated(world: StoreWorld, error: ConteurError, again: int | None) -> None:
    """Whatever else is raised leaves at once; what may pass says when to come again."""
    with pytest.raises(type(error)) as raised:
        run(world, failures(world, error))
    assert world.database.began == 1
    assert raised.value.retry_after_seconds == again


def test_what_an_error_says_itself(world: StoreWorld) -> None:
    """An error that knows when to come again is left as it is."""
    with pytest.raises(DatabaseBusyError) as raised:
        run(world, failures(world, DatabaseBusyError("busy", retry_after_seconds=2)))
    assert raised.value.retry_after_seconds == 2


@pytest.mark.parametrize("earlier", [(), (BREAK,)])
def test_timeouts_are_counted(world: StoreWorld, earlier: tuple[ConteurError, ...]) -> None:
    """A request whose time is up is counted once, by its route, in whichever attempt."""
    with pytest.raises(StoreTimeoutError):
        run(world, failures(world, *earlier, TIMEOUT))
    assert world.counted(STORE_TIMEOUTS) == {(PUBLISH,): 1}


def test_each_retry_is_logged(world: StoreWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """The log says which attempt comes, of how many, why, how long the last took, and the wait."""
    act = failures(world, BREAK)

    def attempt(transaction: Transaction) -> str:
        world.clock.advance(0.25)
        return act(transaction)

    run(world, attempt)
    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["severity"]) == ("Retry attempt", "WARNING")
    known = {name: line[name] for name in ("attempt", "of", "reason", "ms", "delay_ms")}
    assert known == {"attempt": 2, "of": 3, "reason": "08006", "ms": 250, "delay_ms": 1000}


@pytest.mark.parametrize(("earlier", "attempts"), [((), 1), ((BREAK,), 2), ((BREAK, BREAK), 3)])
def test_the_last_failure_says_how_often_it_was_tried(
    world: StoreWorld, earlier: tuple[ConteurError, ...], attempts: int
) -> None:
    """The log is told with an error how many attempts there were, whichever kind it is."""
    with pytest.raises(StoreTimeoutError) as raised:
        run(world, failures(world, *earlier, StoreTimeoutError("late")))
    assert raised.value.evidence["attempts"] == attempts


def test_a_failure_without_a_state(world: StoreWorld) -> None:
    """A failure that has no state of its own is counted by its reason."""
    run(world, failures(world, DatabaseUnavailableError("refused")))
    assert world.counted(STORE_RETRIES) == {(PUBLISH, "DATABASE_UNAVAILABLE"): 1}


def test_who_asks_hears_of_the_first_repetition(world: StoreWorld) -> None:
    """The caller is told once that its transaction is repeated, however often it is."""
    told: list[float] = []
    deadline = Deadline(world.clock.monotonic() + 20)
    world.transactions.run(
        PUBLISH, failures(world, BREAK, BREAK), deadline, lambda: told.append(world.clock.seconds)
    )
    assert told == [1000.0]
