"""Texts that may not be read, and moderation that fails."""

import json
from collections.abc import Iterator

import pytest

from tests.clients.app import App
from tests.clients.client import Record
from tests.faults.answers import STORY
from tests.faults.conftest import MakeWorld
from tests.faults.moderation_rows import (
    ADULT,
    FAULTS,
    FIRST_WINDOW,
    MODERATION_SECONDS,
    ROWS,
    TOLD_LATER,
    finds,
    slowly,
)
from tests.faults.rows import SCENARIOS, Row, check
from tests.faults.world import REQUEST, World

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def moderated_world(make_world: MakeWorld) -> Iterator[World]:
    limits = {"MODERATION": "openai", "MODERATION_SECONDS": str(MODERATION_SECONDS)}
    with make_world(**limits) as made:
        made.warm_up()
        yield made


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_texts_are_moderated(moderated_world: World, row: Row, scenario: str) -> None:
    """A child hears nothing that nobody has judged; others do, with a flag."""
    check(moderated_world, row, scenario)


@pytest.mark.parametrize("fault", FAULTS)
def test_who_reads_an_unmoderated_story_can_tell(moderated_world: World, fault: str) -> None:
    """The result and the document of such a story carry the flag."""
    moderated_world.mend()
    breaks, *_ = FAULTS[fault]
    breaks(moderated_world)
    app = moderated_world.new_app()
    result = app.result("generate_story", {**REQUEST, **ADULT})
    assert result["quality"]["flags"] == ["unmoderated"]
    assert app.stories.only()["quality"]["flags"] == ["unmoderated"]


def test_the_app_is_told_to_forget_a_withdrawn_story(moderated_world: World) -> None:
    """What was streamed of it is taken back before its error, and kept nowhere."""
    pieces, error, app = streamed(moderated_world, ADULT, "sexual/minors")
    *deltas, reset = pieces
    assert "".join(delta["text"] for delta in deltas[1:]) == STORY
    assert reset == {"seq": len(deltas), "type": "reset", "reason": "blocked"}
    assert error["details"]["reason"] == "OUTPUT_BLOCKED"
    assert STORY[:20] not in json.dumps(app.stories.only(), default=str)


def test_a_child_hears_only_what_was_judged(moderated_world: World) -> None:
    """Of a blocked window nothing is on the wire, and what came before stays."""
    (_, *deltas), error, app = streamed(moderated_world, {}, "violence")
    assert "".join(delta["text"] for delta in deltas) == FIRST_WINDOW
    assert error["details"]["reason"] == "OUTPUT_BLOCKED"
    assert TOLD_LATER not in json.dumps(app.stories.only(), default=str)


def streamed(world: World, more: dict[str, str], category: str) -> tuple[list[Record], Record, App]:
    """Stream a story with harm in its middle; return its chunks, its error, and the app."""
    world.mend()
    slowly(finds(TOLD_LATER, category))(world)
    app = world.new_app()
    headers = {"Content-Type": "application/json", "Accept": "text/event-stream"}
    body = json.dumps({"data": {**REQUEST, **more}})
    played = app.play("fetched", method="POST", headers=headers, body=body)
    lines = played["response"]["value"]["body"].splitlines()
    events = [json.loads(line.removeprefix("data: ")) for line in lines if line[:5] == "data:"]
    *chunks, last = events
    return [chunk["message"] for chunk in chunks], last["error"], app
