"""Let SIGTERM and SIGHUP end a command as Ctrl-C does: by leaving its `with` blocks."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = (signal.SIGTERM, signal.SIGHUP)
KILLED_BY_SIGNAL = 128  # a shell's exit code for a command ended by signal n is 128 + n


@contextmanager
def ending_well() -> Iterator[None]:
    """Turn each ending signal into SystemExit until the block is left. Main thread only."""
    before = {number: signal.signal(number, _end) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(KILLED_BY_SIGNAL + number)
