"""The wall clock is set, forward and back, while a story is told."""

import pytest

from tests.faults.endings import failed, told
from tests.faults.errors import FELL_SILENT, OUTAGE
from tests.faults.rows import (
    DEADLINE_SECONDS,
    SCENARIOS,
    Row,
    answers,
    breaks_stream,
    check,
    nothing,
)
from tests.faults.stream_rows import FEW_WORDS, MIDDLE
from tests.faults.world import World

pytestmark = pytest.mark.server

HOUR = 3600.0


def forward(world: World) -> None:
    world.change(ahead=HOUR)


def back(world: World) -> None:
    world.change(ahead=-HOUR)


ONCE_500 = answers(500, times=1)
STALLS = breaks_stream("stall", MIDDLE, stall_seconds=60.0)
SILENT_TWICE = failed(FELL_SILENT, FELL_SILENT, text=FEW_WORDS)
ROWS = (
    Row("forward in the story", nothing, told(), meanwhile=forward),
    Row("back in the story", nothing, told(), meanwhile=back),
    Row("forward in a failing story", ONCE_500, told(OUTAGE), meanwhile=forward),
    Row("back in a failing story", ONCE_500, told(OUTAGE), meanwhile=back),
    Row("forward before a silence", STALLS, SILENT_TWICE, DEADLINE_SECONDS, meanwhile=forward),
    Row("back before a silence", STALLS, SILENT_TWICE, DEADLINE_SECONDS, meanwhile=back),
    Row("forward before the call", forward, told()),
    Row("back before the call", back, told()),
)


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_wall_clock_jumps(shared_world: World, row: Row, scenario: str) -> None:
    """Deadlines, waits and metrics go by the monotonic clock: the jump changes nothing."""
    check(shared_world, row, scenario)
