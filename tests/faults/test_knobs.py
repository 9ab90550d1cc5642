"""The operator turns knobs without a deploy, turns them wrongly, or they cannot be read."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from conteur.adapters.firestore_config import DOCUMENT
from conteur.use_cases.knobs_watch import KEPT_SECONDS
from scripts.local.readiness import printed
from tests.faults.conftest import MakeWorld
from tests.faults.endings import OTHER_MODEL, Error, refused, told
from tests.faults.lines import PATIENCE_SECONDS
from tests.faults.rows import QUICK_SECONDS, SCENARIOS
from tests.faults.world import REQUEST, World

pytestmark = pytest.mark.server

IN_FORCE_SECONDS = 10.0  # after a change, as docs/runtime.md promises
RETRY_AFTER = 120
OFF = {"generation": {"enabled": False, "retryAfterSec": RETRY_AFTER}}
BY_OTHER = {"models": [OTHER_MODEL]}
CLOSED = refused(
    Error("failed-precondition", "FEATURE_DISABLED", {"retryAfterSec": RETRY_AFTER}, ours=False)
)
UNREADABLE = "config/__runtime__"  # an id that Firestore keeps for itself


class Operator:
    """Turns the knobs of a world, as `scripts/config` does."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._document = world.backend.firestore.document(DOCUMENT)

    def writes(self, knobs: dict[str, Any]) -> None:
        """Write the knobs so, and let the longest time go by that the old ones are in force."""
        self._document.set(knobs)
        self._world.change(knobs_age=IN_FORCE_SECONDS)

    def leaves(self) -> None:
        """Take all away again."""
        self._document.delete()
        self._world.change(knobs_age=IN_FORCE_SECONDS)


@pytest.fixture(scope="module")
def turned_world(make_world: MakeWorld) -> Iterator[World]:
    with make_world() as made:
        made.warm_up()
        yield made


@pytest.fixture
def operator(turned_world: World) -> Iterator[Operator]:
    turned_world.mend()
    operator = Operator(turned_world)
    yield operator
    operator.leaves()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_generation_is_turned_off(turned_world: World, operator: Operator, scenario: str) -> None:
    """Ten seconds later a call is told when to come back, and nothing is kept or asked for it."""
    assert KEPT_SECONDS <= IN_FORCE_SECONDS
    operator.writes(OFF)
    played = turned_world.play(scenario)
    assert played.ending == CLOSED
    assert played.seconds <= QUICK_SECONDS


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_generation_is_turned_on_again(
    turned_world: World, operator: Operator, scenario: str
) -> None:
    """Ten seconds after that stories are told as before."""
    operator.writes(OFF)
    assert turned_world.play(scenario).ending == CLOSED
    operator.leaves()
    assert turned_world.play(scenario).ending == told()


def test_a_kept_story_is_replayed_while_generation_is_off(
    turned_world: World, operator: Operator
) -> None:
    """A request whose story was told before is answered, for nothing is generated for it."""
    app = turned_world.new_app()
    request = {**REQUEST, "requestId": str(uuid.uuid4())}
    first = app.result("generate_story", request)
    operator.writes(OFF)
    again = app.result("generate_story", request)
    assert (again["replayed"], again["story"]) == (True, first["story"])


def test_who_knows_http_is_told_when_to_come_back(turned_world: World, operator: Operator) -> None:
    """A whole answer has the wait in its header, too."""
    operator.writes(OFF)
    body = json.dumps({"data": REQUEST})
    headers = {"Content-Type": "application/json"}
    played = turned_world.new_app().play("fetched", method="POST", headers=headers, body=body)
    answer = played["response"]["value"]
    assert (answer["status"], answer["headers"]["retry-after"]) == (400, str(RETRY_AFTER))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_bad_value_is_refused(turned_world: World, operator: Operator, scenario: str) -> None:
    """A value that breaks its rule leaves its knob as it was, and a good one beside it counts."""
    mistake = f"no-model-{uuid.uuid4()}"
    operator.writes({**BY_OTHER, "deadlineSec": mistake})
    refusals = turned_world.backend.process.output().count('"config.bad_value"')
    assert turned_world.play(scenario).ending == told(model=OTHER_MODEL)
    output = turned_world.backend.process.output()
    assert output.count('"config.bad_value"') == refusals + 1
    assert mistake not in output


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_knobs_that_cannot_be_read_stay(
    turned_world: World, operator: Operator, scenario: str
) -> None:
    """Stories are told with the last good knobs, and the log says once that they may be old."""
    operator.writes(BY_OTHER)
    assert turned_world.play(scenario).ending == told(model=OTHER_MODEL)
    process = turned_world.backend.process
    complaints = process.output().count('"config.unread"')
    for _ in range(2):
        turned_world.change(knobs=UNREADABLE, knobs_age=IN_FORCE_SECONDS)
        assert turned_world.play(scenario).ending == told(model=OTHER_MODEL)
    assert process.output().count('"config.unread"') == complaints + 1
    operator.leaves()
    assert turned_world.play(scenario).ending == told()
    process.wait_for(printed(process, "config.read_again"), "reading again", PATIENCE_SECONDS)
