"""Firestore fails while users rate, delete or take home their stories."""

from collections.abc import Iterator

import pytest

from tests.clients.app import App
from tests.faults.conftest import MakeWorld
from tests.faults.endings import OK
from tests.faults.library_rows import CALL_SECONDS, FUNCTIONS, ROWS, Function, LibraryRow
from tests.faults.world import REQUEST, World

pytestmark = pytest.mark.server

CASES = [(row, "whole") for row in ROWS] + [(ROWS[0], "stream")]


@pytest.fixture(scope="module")
def made_world(make_world: MakeWorld) -> Iterator[World]:
    with make_world() as made:
        made.warm_up()
        yield made


@pytest.fixture
def settled_world(made_world: World) -> World:
    made_world.settle()
    made_world.change(library_seconds=CALL_SECONDS)
    return made_world


@pytest.fixture
def app(settled_world: World) -> App:
    """Be the app of a user with one story."""
    return settled_world.new_app()


@pytest.mark.parametrize("function", FUNCTIONS, ids=str)
@pytest.mark.parametrize(("row", "scenario"), CASES, ids=str)
def test_the_store_fails(
    settled_world: World, app: App, row: LibraryRow, function: Function, scenario: str
) -> None:
    """A call ends in time, has done what it is for or has not, and says and counts which."""
    told = app.play("whole", REQUEST)["result"]["value"]
    settled_world.lines(told["requestId"])  # what it counts belongs to the set-up
    row.breaks(settled_world)
    request = function.request(told["storyId"])
    played = settled_world.ask(app, function.name, request, scenario)
    assert played.ending == row.ending(function)
    assert played.seconds <= row.seconds
    assert function.has_done(app) is (played.ending.code == OK or function.name == "export_my_data")
