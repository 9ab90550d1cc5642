"""Firestore fails, at the start of a call and at its end."""

from collections.abc import Iterator

import pytest

from tests.faults.conftest import MakeWorld
from tests.faults.rows import SCENARIOS, Row, check
from tests.faults.store_rows import ROWS
from tests.faults.world import World

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def made_world(make_world: MakeWorld) -> Iterator[World]:
    with make_world() as made:
        made.warm_up()
        yield made


@pytest.fixture
def settled_world(made_world: World) -> World:
    made_world.settle()
    return made_world


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_store_fails(settled_world: World, row: Row, scenario: str) -> None:
    """A story that cannot be claimed is refused in time, and one that cannot be kept is told."""
    check(settled_world, row, scenario)
