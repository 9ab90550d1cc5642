"""Looking again and again, in a terminal."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from scripts.ops.monitoring.reading.prometheus_errors import QueryError

_FROM_THE_TOP = "\x1b[H\x1b[J"
_AGAIN = "Ctrl-C ends it."


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen, why some of it was not, and the exit code of a command that ends with it."""

    text: str
    problems: str
    exit_code: int


def watch(look: Callable[[], Seen], pause: Callable[[], None], out: TextIO) -> int:
    """Show what `look` sees, after each `pause` anew, until Ctrl-C; return the last exit code.

    A first look that fails raises QueryError; a later one is shown, and looked for again. In a
    terminal each takes the place of the one before.
    """
    seen = look()
    try:
        while True:
            _show(seen, out)
            pause()
            seen = _tried(look)
    except KeyboardInterrupt:
        print(file=out)
        return seen.exit_code


def _tried(look: Callable[[], Seen]) -> Seen:
    try:
        return look()
    except QueryError as error:
        return Seen("", str(error), error.exit_code)


def _show(seen: Seen, out: TextIO) -> None:
    parts = (seen.text, seen.problems, _AGAIN)
    start = _FROM_THE_TOP if out.isatty() else ""
    print(start + "\n\n".join(part for part in parts if part), file=out, flush=True)
