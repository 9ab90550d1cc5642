"""What the person who waits sees."""

import io

from scripts.local.installation.display import Display


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class _Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_file_gets_a_line_each_ten_seconds() -> None:
    """Where lines are kept, a wait is told every ten seconds, not at every look."""
    screen, clock = io.StringIO(), _Clock()
    display = Display(screen, clock)
    for seconds in (1, 9, 10, 11, 19, 20):
        clock.now = 100.0 + seconds
        display.waiting(["Node packages", "the model"])
    assert screen.getvalue() == (
        "... 10 s: Node packages, the model\n... 20 s: Node packages, the model\n"
    )


def test_a_terminal_gets_a_living_line() -> None:
    """On a terminal one line is written over each second, once the wait is over two seconds."""
    screen, clock = _Terminal(), _Clock()
    display = Display(screen, clock)
    for seconds in (1, 2, 2.5, 3):
        clock.now = 100.0 + seconds
        display.waiting(["Node packages"])
    assert screen.getvalue().split("\r\x1b[K") == [
        "",
        "... 2 s: Node packages",
        "... 3 s: Node packages",
    ]


def test_a_line_that_stays_replaces_the_living_one() -> None:
    """On a terminal, what is said takes the place of the living line and stays."""
    screen, clock = _Terminal(), _Clock()
    display = Display(screen, clock)
    clock.now += 7
    display.finished("Node packages")
    assert screen.getvalue() == "\r\x1b[KInstalled: Node packages, after 7 s\n"


def test_nothing_to_wait_for_is_not_told() -> None:
    """When nothing is left to wait for, no wait is told."""
    screen, clock = io.StringIO(), _Clock()
    display = Display(screen, clock)
    clock.now += 60
    display.waiting([])
    assert screen.getvalue() == ""
