"""The events that the product logs, by their names."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

PAGE = "docs/logs.md"  # whose table has all that the product logs, and nothing else
_ROW = re.compile(r"^\| (`[^|]+`) \|", re.MULTILINE)
_NAME = re.compile(r"`([^`]+)`")


def event_names(root: Path) -> tuple[str, ...]:
    """Return the names of all events, as the page lists them."""
    table = (root / PAGE).read_text().partition("\n## Events\n")[2].partition("\n## ")[0]
    return tuple(name for row in _ROW.findall(table) for name in _NAME.findall(row))


def strange_events(root: Path, names: Iterable[str]) -> tuple[str, ...]:
    """Say of each name that is no event's which may be meant.

    A revision that serves may be another than this checkout, so it is asked for all the same.
    """
    known = event_names(root)
    return tuple(_strange(name, known) for name in names if name not in known)


def _strange(name: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(name, known)
    meant = f"Is it {' or '.join(close)}? " if close else ""
    return f"No event {name!r} is known here. {meant}{PAGE} lists them."
