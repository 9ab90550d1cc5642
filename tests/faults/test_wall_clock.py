"""The wall clock is set, forward and back, while a story is told."""

import pytest

from tests.faults.endings import failed, told
from tests.faults.errors import FELL_SILENT, OUTAGE
from tests.faults.rows import SCENARIOS, Row, answers, check, nothing
from tests.faults.stream_rows import FEW_WORDS
from tests.faults.world import World

pytestmark = pytest.mark.server

HOUR = 3600.0


def set_forward(world: World) -> None:
    world.change(ahead=HOUR)


def set_back(world: World) -> None:
    world.change(ahead=-HOUR)


SILENT_TWICE = failed(FELL_SILENT, FELL_SILENT, text=FEW_WORDS)
ONCE_500 = answers(500, times=1)
ROWS = (
    Row("set forward in the story", nothing, told(), meanwhile=set_forward),
    Row("set back in the story", nothing, told(), meanwhile=set_back),
    Row(
        "set forward in a failing story", answers(500, times=1), told(OUTAGE), meanwhile=set_forward
    ),
    Row("set back in a failing story", answers(500, times=1), told(OUTAGE), meanwhile=set_back),
    Row("set forward before the call", set_forward, told()),
    Row("set back before the call", set_back, told()),
)


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_wall_clock_jumps(shared_world: World, row: Row, scenario: str) -> None:
    """Deadlines, waits and metrics go by the monotonic clock: the jump changes nothing."""
    check(shared_world, row, scenario)
