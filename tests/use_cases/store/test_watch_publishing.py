"""Each request to publish is counted and logged once, however it ends."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from conteur.domain.store.answer import Answer
from conteur.errors import (
    ConteurError,
    DatabaseUnavailableError,
    DeadlineError,
    GatingUnavailableError,
    Phase,
    RateLimitedError,
    StoreDisabledError,
    StoreTimeoutError,
    TokenInvalidError,
)
from conteur.telemetry.store_metrics import PUBLISH_RESULTS, PUBLISH_SECONDS, PUBLISHES
from conteur.use_cases.store.answer_once import Answered
from conteur.use_cases.store.publish_store import Publication
from conteur.use_cases.store.watch_publishing import WatchPublishing
from tests.store_world import StoreWorld, key

Ended = Callable[[], Answered[Publication]]


def watch(world: StoreWorld, act: Ended) -> Answer:
    return WatchPublishing(world.clock, world.meter)(world.clock.monotonic(), act)


def refuse(world: StoreWorld, error: Exception) -> None:
    def act() -> Answered[Publication]:
        raise error

    with pytest.raises(type(error)):
        watch(world, act)


def lines(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, Any]]:
    """Return the lines of the log by their event, of which each comes once."""
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len({line["event"] for line in found}) == len(found)
    return {line["event"]: line for line in found}


def test_published_and_already(world: StoreWorld) -> None:
    """The first request publishes, and the next one finds the store public."""
    world.open_gate()
    assert watch(world, world.publish).status == 200
    assert watch(world, world.publish).status == 200
    assert world.counted(PUBLISHES) == {("published",): 1, ("already",): 1}


def test_blocked(world: StoreWorld) -> None:
    """A request that the gate blocked is answered, and counted as blocked."""
    assert watch(world, world.publish).status == 409
    assert world.counted(PUBLISHES) == {("blocked",): 1}


def test_a_repeated_answer(world: StoreWorld) -> None:
    """A repeated success counts as published already, and a repeated block as a block."""
    watch(world, lambda: world.publish(world.ask(idempotency=key("first"))))
    world.open_gate()
    watch(world, lambda: world.publish(world.ask(idempotency=key("first"))))
    watch(world, lambda: world.publish(world.ask(idempotency=key("second"))))
    watch(world, lambda: world.publish(world.ask(idempotency=key("second"))))
    assert world.counted(PUBLISHES) == {("blocked",): 2, ("published",): 1, ("already",): 1}


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (TokenInvalidError("forged"), "refused"),
        (RateLimitedError("too often"), "refused"),
        (StoreDisabledError("closed"), "refused"),
        (DatabaseUnavailableError("broken"), "failed"),
        (GatingUnavailableError("what?"), "failed"),
        (ZeroDivisionError(), "failed"),
    ],
)
def test_errors(world: StoreWorld, error: Exception, result: str) -> None:
    """What the caller causes is a refusal, what we cause a failure, a bug included."""
    refuse(world, error)
    assert world.counted(PUBLISHES) == {(result,): 1}
    assert result in PUBLISH_RESULTS


def test_seconds(world: StoreWorld) -> None:
    """The time goes from the request's arrival to its answer, refused or not."""
    began = world.clock.monotonic()
    world.clock.advance(2.5)
    WatchPublishing(world.clock, world.meter)(began, world.publish)
    refuse(world, RateLimitedError("too often"))
    seconds = world.distribution(PUBLISH_SECONDS)
    assert (seconds.count, seconds.mean) == (2, 1.25)


def test_the_line_at_the_end(world: StoreWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """The log says of each request how it ended and how long it took."""
    world.open_gate()
    watch(world, world.publish)
    line = lines(capsys)["Store Publish"]
    assert (line["severity"], line["result"], line["ms"]) == ("INFO", "published", 0)


def test_a_failure_in_the_log(world: StoreWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """A failure of ours is an error in the log, with its reason, and what ended it."""
    refuse(world, DatabaseUnavailableError("broken", failure="57P01").noting(attempts=3))
    logged = lines(capsys)
    assert logged.keys() == {"Failed to publish store", "Store Publish"}
    line = logged["Failed to publish store"]
    assert (line["severity"], line["error"]) == ("ERROR", "DATABASE_UNAVAILABLE")
    assert (line["failure"], line["attempts"], line["ms"]) == ("57P01", 3, 0)


def test_a_refusal_in_the_log(world: StoreWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """What the caller causes is no error of the log."""
    refuse(world, RateLimitedError("too often"))
    assert lines(capsys).keys() == {"Store Publish"}


@pytest.mark.parametrize("error", [StoreTimeoutError("late"), DeadlineError("late", Phase.SECRET)])
def test_a_timeout_in_the_log(
    world: StoreWorld, capsys: pytest.CaptureFixture[str], error: ConteurError
) -> None:
    """A request whose time was up is found by the word timeout, and among the failures."""
    refuse(world, error)
    logged = lines(capsys)
    assert logged["Store Publish timeout"]["severity"] == "ERROR"
    assert logged["Failed to publish store"]["error"] == error.reason


def test_what_nobody_foresaw(world: StoreWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """A bug counts as a failure, and the log has it where failed publications are looked for."""
    refuse(world, RuntimeError("nobody foresaw this"))
    assert lines(capsys)["Failed to publish store"]["error"] == "BUG"
    assert world.counted(PUBLISHES) == {("failed",): 1}


def test_what_ended_a_timeout(world: StoreWorld, capsys: pytest.CaptureFixture[str]) -> None:
    """Both lines of a time-out have how long the request took, and why it was not enough."""
    began = world.clock.monotonic()
    world.clock.advance(8.5)

    def act() -> Answered[Publication]:
        raise StoreTimeoutError("late").noting(failure="57014", attempts=2)

    with pytest.raises(StoreTimeoutError):
        WatchPublishing(world.clock, world.meter)(began, act)
    logged = lines(capsys)
    for event in ("Store Publish timeout", "Failed to publish store"):
        line = logged[event]
        assert (line["failure"], line["attempts"], line["ms"]) == ("57014", 2, 8500)
