"""The model's server fails, in every way that we know, and each call ends as its row says."""

import pytest

from tests.faults import answer_rows, network_rows, status_rows, stream_rows
from tests.faults.rows import SCENARIOS, Row, check
from tests.faults.world import World

pytestmark = pytest.mark.server

ROWS = (*status_rows.ROWS, *network_rows.ROWS, *stream_rows.ROWS, *answer_rows.ROWS)


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_model_fails(shared_world: World, row: Row, scenario: str) -> None:
    """Code, reason, retries, document, log lines and metrics are what the row says, in its time."""
    check(shared_world, row, scenario)
