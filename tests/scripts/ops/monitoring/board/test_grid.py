"""Where tiles are put."""

import pytest

from scripts.ops.monitoring.board.grid import Place, height_of, places
from scripts.ops.monitoring.board.tile import Show, Tile
from scripts.ops.monitoring.signal import Unit


def tile(width: int, height: int) -> Tile:
    return Tile(
        title="A tile",
        what="What it shows.",
        show=Show.LINES,
        unit=Unit.COUNT,
        lines=[],
        alerts=[],
        width=width,
        height=height,
    )


def test_left_to_right_then_below() -> None:
    """Tiles fill a row of 48 columns, and the next row is below it."""
    tiles = [tile(16, 10), tile(32, 10), tile(24, 5)]
    assert places(tiles) == [Place(0, 0), Place(16, 0), Place(0, 10)]


def test_beside_a_high_one() -> None:
    """Low tiles stand in two rows beside a high one."""
    tiles = [tile(16, 16), *[tile(16, 8)] * 4]
    beside = [Place(16, 0), Place(32, 0), Place(16, 8), Place(32, 8)]
    assert places(tiles) == [Place(0, 0), *beside]


def test_below_all_that_it_spans() -> None:
    """A wide tile is below the lowest of those above it, and covers none."""
    assert places([tile(24, 4), tile(24, 9), tile(48, 2)])[-1] == Place(0, 9)


@pytest.mark.parametrize(("tiles", "height"), [([], 0), ([tile(48, 3), tile(1, 2)], 5)])
def test_height(tiles: list[Tile], height: int) -> None:
    """The height of all is where the lowest one ends."""
    assert height_of(tiles) == height
