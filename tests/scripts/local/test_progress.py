"""Long waits are named; short ones are not."""

import io
import threading

from scripts.local.progress import Progress


class _Screen(io.StringIO):
    """Says when something has been written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = threading.Event()

    def write(self, text: str) -> int:
        self.written.set()
        return super().write(text)


def test_a_long_wait_is_named() -> None:
    """A wait that outlasts the patience is named, on a line of its own."""
    screen = _Screen()
    with Progress(screen, patience=0).waiting_for("Starting Java"):
        assert screen.written.wait(30)
    assert screen.getvalue().startswith("Starting Java ..")
    assert screen.getvalue().endswith("\n")


def test_a_short_wait_is_not_named() -> None:
    """A wait that ends within the patience leaves no trace."""
    screen = _Screen()
    with Progress(screen, patience=30).waiting_for("Starting Java"):
        pass
    assert screen.getvalue() == ""
