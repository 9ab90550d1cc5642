"""Two models: the second is asked where the first one is out, and only there."""

from collections.abc import Iterator

import pytest

from tests.faults.conftest import MakeWorld
from tests.faults.fallback_rows import ROWS
from tests.faults.rows import SCENARIOS, Row, check
from tests.faults.world import World

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def two_models(make_world: MakeWorld) -> Iterator[World]:
    with make_world(OPENAI_MODEL="model-a,model-b") as made:
        made.warm_up()
        yield made


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_first_model_fails(two_models: World, row: Row, scenario: str) -> None:
    """The second model tells the story after an outage of the first, and after nothing else."""
    check(two_models, row, scenario)
