"""docs/procedures/openai-error.md, followed for each of its causes."""

from collections.abc import Iterator
from functools import partial

import pytest

from tests.clients.backends import KEY
from tests.faults.conftest import MakeWorld
from tests.faults.rows import Break, answers
from tests.faults.secret_rows import SECRET
from tests.faults.world import World
from tests.procedures.following import (
    MODELS,
    OTHER_MODEL,
    complaint,
    desk_of,
    found,
    provider_is_back,
    story_told,
    ten_seconds_later,
)
from tests.procedures.runbook import Runbook
from tests.procedures.stack import Desk

pytestmark = pytest.mark.server

PAGE = Runbook.named("openai-error")
of_one_model = partial(answers, match={"model": "model-a"})
FAULTS: dict[str, Break] = {
    "key": answers(401),
    "quota": answers(429, code="insufficient_quota"),
    "model's name": of_one_model(404),
    "prompt's format": of_one_model(400),
    "outage": of_one_model(500),
    "rate limit": answers(429, retry_after=60),
}
OF_ONE_MODEL = ("model's name", "prompt's format", "outage")


@pytest.fixture(scope="module")
def told_world(make_world: MakeWorld) -> Iterator[World]:
    with make_world(**MODELS) as made:
        made.warm_up()
        yield made


@pytest.fixture
def desk(told_world: World) -> Iterator[Desk]:
    with desk_of(told_world) as made:
        yield made


def test_every_cause_is_replayed() -> None:
    """No row of the page is there that nobody has followed."""
    assert [cause.name for cause in PAGE.causes] == [*FAULTS]


@pytest.mark.parametrize("cause", FAULTS)
def test_the_cause_is_found(told_world: World, desk: Desk, cause: str) -> None:
    """The page's commands print what its row says, and of no other row."""
    FAULTS[cause](told_world)
    said = desk.follow(PAGE, REQUEST_ID=complaint(told_world))
    assert found(PAGE, said) == [cause]
    assert KEY not in said


def test_a_new_key_is_taken_without_a_restart(told_world: World, desk: Desk) -> None:
    """The call that is refused for the old version is told with the new one, as the log says."""
    told_world.change(key_rests=0.0)
    FAULTS["key"](told_world)
    complaint(told_world)
    provider_is_back(told_world)
    answers(401, times=1)(told_world)  # the old version is refused once more
    version = told_world.backend.secrets.add_version(SECRET, f"{KEY}-newer")
    assert story_told(told_world)
    assert f"version={version}" in desk.follow(PAGE, "A new key")


@pytest.mark.parametrize("cause", OF_ONE_MODEL)
def test_another_model_tells(told_world: World, desk: Desk, cause: str) -> None:
    """The knob takes the model away that fails, within ten seconds."""
    FAULTS[cause](told_world)
    complaint(told_world)
    [turn] = PAGE.section("Another model").ours
    desk.do(turn)
    ten_seconds_later(told_world)
    assert story_told(told_world, OTHER_MODEL)


def test_stories_are_off_meanwhile(told_world: World, desk: Desk) -> None:
    """Without credit apps are told when to come back; once there is some, stories are told."""
    FAULTS["quota"](told_world)
    off, on = PAGE.section("Meanwhile").ours
    desk.do(off)
    ten_seconds_later(told_world)
    error = told_world.play("whole").record["result"]["error"]["details"]
    assert (error["reason"], error["retryAfterSec"]) == ("FEATURE_DISABLED", 600)
    provider_is_back(told_world)
    desk.do(on)
    ten_seconds_later(told_world)
    assert story_told(told_world)


def test_fewer_stories_are_let_in(told_world: World, desk: Desk) -> None:
    """For a rate limit the row's command lowers what a user may have."""
    [lower] = PAGE.cause("rate limit").commands
    desk.do(lower)
    ten_seconds_later(told_world)
    value = told_world.play("whole").record["result"]["value"]
    assert value["quota"]["remaining"] == 9
