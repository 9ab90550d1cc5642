"""Where tiles are: from left to right, and then below, as a grid places them by itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from scripts.ops.monitoring.board.tile import COLUMNS, Tile


@dataclass(frozen=True, slots=True)
class Place:
    """A tile's upper left corner, in the grid's columns."""

    x: int
    y: int


def places(tiles: Sequence[Tile]) -> Sequence[Place]:
    """Return each tile's place: the highest one that holds it, and of these the leftmost."""
    below = [0] * COLUMNS  # how far down each column is taken
    found = []
    for tile in tiles:
        place = _highest(below, tile.width)
        below[place.x : place.x + tile.width] = [place.y + tile.height] * tile.width
        found.append(place)
    return found


def height_of(tiles: Sequence[Tile]) -> int:
    """Return how high all the tiles are together."""
    placed = zip(places(tiles), tiles, strict=True)
    return max((place.y + tile.height for place, tile in placed), default=0)


def _highest(below: Sequence[int], width: int) -> Place:
    free = (Place(x, max(below[x : x + width])) for x in range(COLUMNS - width + 1))
    return min(free, key=lambda place: (place.y, place.x))
