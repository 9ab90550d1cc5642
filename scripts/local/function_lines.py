"""The functions' lines in the log of the emulators, which holds firebase-tools' own among them."""

from scripts.local.processes import COLOUR

MARK = ">  "
"""What firebase-tools puts before a line of a function's, and before none of its own."""


def without_mark(line: str) -> str:
    """Return a line as whoever wrote it has written it: without colours, and without the mark."""
    return COLOUR.sub("", line).removeprefix(MARK)


def of_function(line: str) -> str | None:
    """Return what a function has printed; None of a line that is firebase-tools' own."""
    plain = COLOUR.sub("", line)
    return plain.removeprefix(MARK) if plain.startswith(MARK) else None
