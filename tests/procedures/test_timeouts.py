"""docs/procedures/timeouts.md, followed for each of its causes."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from scripts.local.standins.secret_manager import SecretManagerStandIn
from tests.clients.backends import KEY
from tests.clients.client import Record
from tests.faults.answers import END, WORDS, response
from tests.faults.answers import told as events
from tests.faults.conftest import MakeWorld
from tests.faults.lines import Line
from tests.faults.network_rows import NO_ANSWER
from tests.faults.rows import LATEST_SECONDS, Break, always, slow_first_token, swallows
from tests.faults.secret_rows import SECRET, slow
from tests.faults.store_rows import down
from tests.faults.stream_rows import SILENCE
from tests.faults.world import PATIENCE_SECONDS, REQUEST, World
from tests.procedures.following import (
    MODELS,
    OTHER_MODEL,
    complaint,
    desk_of,
    found,
    story_told,
    ten_seconds_later,
)
from tests.procedures.runbook import FIND, Runbook
from tests.procedures.stack import Desk

pytestmark = pytest.mark.server

PAGE = Runbook.named("timeouts")
# Longer than the 5 s that a story may take here, and shorter than the 40 of the page.
LONG_STORY = Line(says=response(events(*WORDS) + END), piece=120, pause=0.1)
FAULTS: dict[str, Break] = {
    "network": swallows,
    "slow first token": slow_first_token(1.5),
    "silent model": always(SILENCE),
    "long story": always(LONG_STORY),
    "Firestore": down,
}
ELSEWHERE = {"overload", "Secret Manager"}
FEW, MANY = 2, 80  # threads
PATIENT = {"OPENAI_FIRST_TOKEN_SECONDS": str(LATEST_SECONDS)}


@pytest.fixture(scope="module")
def slow_world(make_world: MakeWorld) -> Iterator[World]:
    with make_world(**MODELS) as made:
        made.warm_up()
        yield made


@pytest.fixture
def desk(slow_world: World) -> Iterator[Desk]:
    with desk_of(slow_world) as made:
        yield made


def test_every_cause_is_replayed() -> None:
    """No row of the page is there that nobody has followed."""
    assert {cause.name for cause in PAGE.causes} == {*FAULTS} | ELSEWHERE


@pytest.mark.parametrize("cause", FAULTS)
def test_the_cause_is_found(slow_world: World, desk: Desk, cause: str) -> None:
    """The page's commands print what its row says, and of no other row."""
    FAULTS[cause](slow_world)
    request_id = complaint(slow_world)
    slow_world.store.mend()
    said = desk.follow(PAGE, REQUEST_ID=request_id)
    assert found(PAGE, said) == [cause]


def test_a_longer_deadline_lets_a_long_story_end(slow_world: World, desk: Desk) -> None:
    """The knob is in force within ten seconds, and so is its end."""
    FAULTS["long story"](slow_world)
    longer, as_before = PAGE.section("Deadline").ours
    desk.do(longer)
    ten_seconds_later(slow_world)
    assert story_told(slow_world)
    desk.do(as_before)
    ten_seconds_later(slow_world)
    assert not story_told(slow_world)


def test_another_model_is_faster(slow_world: World, desk: Desk) -> None:
    """Where one model is slow, the other one tells."""
    slow = {"type": "slow_first_token", "seconds": 1.5, "times": None}
    slow_world.model.will({**slow, "match": {"model": "model-a"}})
    assert not story_told(slow_world)
    [turn] = PAGE.section("Models").ours
    desk.do(turn)
    ten_seconds_later(slow_world)
    assert story_told(slow_world, OTHER_MODEL)


def test_secret_manager_is_found(make_world: MakeWorld) -> None:
    """A key that does not come is told apart from a slow model, and why is in the log."""
    secrets = SecretManagerStandIn({SECRET: KEY})
    slow(secrets)
    with (
        secrets.serve() as address,
        make_world(SECRET_MANAGER_ENDPOINT=address) as world,
        desk_of(world) as desk,
    ):
        world.warm_up()
        _until_none_is_read(world, secrets)
        world.store.always(Line(pause=0.2))  # so that the deadline comes before the reading's end
        said = desk.follow(PAGE, REQUEST_ID=complaint(world))
        assert found(PAGE, said) == ["Secret Manager"]
        secrets.fault = None
        world.store.mend()
        world.backend.process.wait_for(
            lambda: story_told(world) or None, "reading the key", PATIENCE_SECONDS
        )


def test_overload_is_found_and_cured(make_world: MakeWorld) -> None:
    """Calls that wait for a thread end in time-outs, and with more threads they do not wait."""
    with make_world(THREADS=str(FEW), **PATIENT) as narrow, desk_of(narrow) as desk:
        narrow.warm_up()
        with _busy(narrow) as request:
            error = request["error"]
        request_id = error["details"]["requestId"]
        assert "overload" in found(PAGE, desk.follow(PAGE, REQUEST_ID=request_id))
        of_the_call = PAGE.section(FIND).ours[1]  # beside it are calls that were slow indeed
        assert found(PAGE, desk.do(of_the_call, REQUEST_ID=request_id).text) == ["overload"]
        fewer, as_before = PAGE.section("Instances").ours
        desk.do(fewer)
        desk.do(as_before)
    with make_world(THREADS=str(MANY), **PATIENT) as wide:
        wide.warm_up()
        with _busy(wide) as request:
            assert request["value"]["story"]["text"]


def test_fewer_stories_at_once(slow_world: World, desk: Desk) -> None:
    """The knob of the instances' section refuses a user's second story while one is told."""
    fewer, _ = PAGE.section("Instances").ours
    desk.do(fewer)
    ten_seconds_later(slow_world)
    app, refused = slow_world.new_app(), list[str]()

    def meanwhile() -> None:
        error = app.play("whole", REQUEST)["result"]["error"]
        refused.append(error["details"]["reason"])

    slow_world.play("whole", meanwhile, become=lambda _: app)
    assert refused == ["CONCURRENCY"]


def _until_none_is_read(world: World, secrets: SecretManagerStandIn) -> None:
    process = world.backend.process

    def over() -> bool | None:
        return process.output().count('"secret.unavailable"') >= len(secrets.calls) or None

    process.wait_for(over, "done with the last reading", PATIENCE_SECONDS)


@contextmanager
def _busy(world: World) -> Iterator[Record]:
    """Take FEW threads with stories that nobody tells, and yield what one more call ends in."""
    world.mend()
    world.way.will(*[NO_ANSWER] * FEW)
    calls = [world.new_app().start("whole", REQUEST) for _ in range(FEW)]
    world.backend.process.wait_for(
        lambda: world.way.asked >= FEW or None, "asked by all", PATIENCE_SECONDS
    )
    yield world.new_app().play("whole", REQUEST)["result"]
    for call in calls:
        call.record()
