"""End a command in good order: on an error, on Ctrl-C, and on SIGTERM and SIGHUP."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from scripts.local.errors import LocalStackError

ENDING = (signal.SIGTERM, signal.SIGHUP)
KILLED_BY_SIGNAL = 128  # a shell's exit code for a command ended by signal n is 128 + n


def exit_code_of(work: Callable[[], None], when_interrupted: int) -> int:
    """Do the work and return the command's exit code; an error is printed in its own words."""
    try:
        with ending_well():
            work()
    except LocalStackError as error:
        print(error, *getattr(error, "__notes__", ()), sep="\n", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return when_interrupted
    return 0


@contextmanager
def ending_well() -> Iterator[None]:
    """Let ending signals leave the `with` blocks, as Ctrl-C does. Main thread only."""
    before = {number: signal.signal(number, _end) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(KILLED_BY_SIGNAL + number)
