"""docs/procedures/slow-stories.md, retries.md and budget.md, followed."""

import json
import re
import shlex
from collections.abc import Iterator

import pytest

from tests.faults.conftest import MakeWorld
from tests.faults.lines import Line
from tests.faults.rows import Break, answers, once, slow_first_token
from tests.faults.status_rows import TOO_MANY
from tests.faults.world import PATIENCE_SECONDS, REQUEST, World
from tests.procedures.following import (
    MODELS,
    OTHER_MODEL,
    desk_of,
    found,
    story_told,
    ten_seconds_later,
)
from tests.procedures.runbook import CURE, FIND, Runbook
from tests.procedures.stack import Desk

pytestmark = pytest.mark.server

SLOW, RETRIES, BUDGET = map(Runbook.named, ("slow-stories", "retries", "budget"))
RETRIED: dict[str, Break] = {
    "rate limit": once(Line(says=TOO_MANY)),
    "the provider": answers(500, times=1),
    "slow model or network": slow_first_token(1.5, times=1),
}
TIMES = re.compile(r"^(\d+) first_token_ms=(\d+) words=\d+ ", re.MULTILINE)
COSTLY = {"OPENAI_PRICES": f"model-a:1/2@2026-01-01,{OTHER_MODEL}:1/2@2026-01-01"}


@pytest.fixture(scope="module")
def slow_world(make_world: MakeWorld) -> Iterator[World]:
    with make_world(**MODELS) as made:
        made.warm_up()
        yield made


@pytest.fixture
def desk(slow_world: World) -> Iterator[Desk]:
    with desk_of(slow_world) as made:
        yield made


def request_id_of(world: World) -> str:
    """Have a story told, and return the request's id."""
    request_id: str = world.play("whole").record["result"]["value"]["requestId"]
    return request_id


@pytest.mark.parametrize("cause", RETRIED)
def test_why_it_was_tried_again_is_found(slow_world: World, desk: Desk, cause: str) -> None:
    """The page's commands print what its row says, and of no other row."""
    assert [each.name for each in RETRIES.causes] == [*RETRIED]
    RETRIED[cause](slow_world)
    said = desk.follow(RETRIES, REQUEST_ID=request_id_of(slow_world))
    assert found(RETRIES, said) == [cause]
    assert "Retry attempt 2 of 3" in said


def test_a_slow_model_is_told_from_a_long_story(slow_world: World, desk: Desk) -> None:
    """Of each story it is told how much of its time went by before the first token."""
    slow_first_token(0.6)(slow_world)
    said = desk.follow(SLOW, REQUEST_ID=request_id_of(slow_world))
    # The numbers tell which of them it is; on a busy machine the call may have waited besides.
    assert {"slow model", "long stories"} <= {*found(SLOW, said)}
    [(_, before)] = TIMES.findall(said)
    assert int(before) >= 600
    slow_world.mend()
    slow_world.way.always(Line(piece=400, pause=0.05))
    slow_world.play("whole")
    told = TIMES.findall(desk.run(SLOW.section(FIND).ours[0]).text)
    assert max(int(total) - int(before) for total, before in told) >= 500


def test_the_longest_wait_is_the_last(desk: Desk) -> None:
    """Waits are in order by their numbers, whatever their first digits are."""
    waits: list[dict[str, int]] = [{"queued_ms": 900}, {"queued_ms": 12000}, {}, {"queued_ms": 130}]
    lines = shlex.quote("\n".join(json.dumps({"request_id": "it", **wait}) for wait in waits))
    of_waits = SLOW.section(FIND).ours[1].partition(" | ")[2]
    said = desk.do(f"printf %s {lines} | {of_waits}").text
    assert re.findall(r"queued_ms=(\d+) it", said) == ["130", "900", "12000"]


def test_a_wait_for_a_thread_is_found(make_world: MakeWorld) -> None:
    """A call that waited for a thread is listed with its wait."""
    with make_world(THREADS="1", **MODELS) as world, desk_of(world) as desk:
        slow_first_token(0.6, times=1)(world)
        first = world.new_app().start("whole", REQUEST)
        process = world.backend.process
        process.wait_for(lambda: world.way.asked or None, "asked", PATIENCE_SECONDS)
        second = world.new_app().start("whole", REQUEST)  # a play would wait at the back door
        first.record()
        request_id = second.record()["result"]["value"]["requestId"]
        assert "ourselves" in found(SLOW, desk.follow(SLOW, REQUEST_ID=request_id))


def test_the_slow_model_is_replaced(slow_world: World, desk: Desk) -> None:
    """All three knobs of the page are turned, and the other model tells."""
    for command in SLOW.section(CURE).ours:
        desk.do(command)
    ten_seconds_later(slow_world)
    assert story_told(slow_world, OTHER_MODEL)


def test_the_budget_is_raised(make_world: MakeWorld) -> None:
    """What stopped stories is found, the raised budget is in force, and so is its end."""
    with make_world(BUDGET_USD_PER_DAY="0", **COSTLY) as world, desk_of(world) as desk:
        world.play("whole")
        assert found(BUDGET, desk.follow(BUDGET)) == ["a usual day"]
        desk.do(BUDGET.section(CURE).ours[0])
        ten_seconds_later(world)
        process = world.backend.process
        process.wait_for(lambda: story_told(world) or None, "telling", PATIENCE_SECONDS)
        said = desk.follow(BUDGET)
        assert {"a usual day", "an expensive model"} == {*found(BUDGET, said)}
        assert "budget.open" in said
        desk.do(BUDGET.section(CURE).ours[1])
        ten_seconds_later(world)
        process.wait_for(lambda: not story_told(world) or None, "refusing", PATIENCE_SECONDS)


def test_who_has_had_enough_is_found_and_limited(make_world: MakeWorld) -> None:
    """Users who ask for more than is theirs are counted, and the page's limits are in force."""
    with make_world(QUOTA_STORIES_PER_DAY="1", **COSTLY) as world, desk_of(world) as desk:
        app = world.new_app()
        for _ in range(2):
            app.play("whole", REQUEST)
        assert "abuse" in found(BUDGET, desk.follow(BUDGET))
        for command in BUDGET.section(CURE).ours[2:4]:
            desk.do(command)
        ten_seconds_later(world)
        anonymous = world.backend.issuer.id_token(firebase={"sign_in_provider": "anonymous"})
        refused = world.new_app().connected(token=anonymous).play("whole", REQUEST)
        assert refused["result"]["error"]["details"]["reason"] == "USER_QUOTA"
