"""Looking again and again."""

from collections.abc import Callable
from io import StringIO

import pytest

from scripts.ops.monitoring.reading.prometheus_errors import QueryError
from scripts.ops.monitoring.reading.watching import Seen, watch


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def in_turn(*found: Seen | BaseException) -> Callable[[], Seen]:
    """See each in turn."""
    left = iter(found)

    def look() -> Seen:
        match next(left):
            case BaseException() as error:
                raise error
            case seen:
                return seen

    return look


def ctrl_c_after(pauses: int) -> Callable[[], None]:
    left = iter(range(pauses))

    def pause() -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt

    return pause


def test_it_ends_with_what_was_seen_last() -> None:
    """Ctrl-C ends it without a word of it, with the last exit code."""
    out = StringIO()
    look = in_turn(Seen("well", "", 0), Seen("broken", "", 1))
    assert watch(look, ctrl_c_after(1), out) == 1
    assert out.getvalue() == "well\n\nCtrl-C ends it.\nbroken\n\nCtrl-C ends it.\n\n"


def test_ctrl_c_while_it_looks() -> None:
    """A question on its way does not keep it."""
    look = in_turn(Seen("well", "", 0), KeyboardInterrupt())
    assert watch(look, lambda: None, StringIO()) == 0


def test_each_takes_the_place_of_the_one_before() -> None:
    """A terminal shows one at a time."""
    out = Terminal()
    watch(in_turn(Seen("one", "", 0), Seen("two", "", 0)), ctrl_c_after(1), out)
    assert out.getvalue().count("\x1b[H\x1b[J") == 2


def test_what_passes_does_not_end_it() -> None:
    """A later failure is shown, and looked past."""
    out = StringIO()
    look = in_turn(Seen("one", "", 0), QueryError("too many"), Seen("two", "partly", 2))
    assert watch(look, ctrl_c_after(2), out) == 2
    assert out.getvalue().index("too many") < out.getvalue().index("two\n\npartly")


def test_a_first_failure_ends_it() -> None:
    """Who has no access need not wait."""
    with pytest.raises(QueryError, match="no access"):
        watch(in_turn(QueryError("no access")), ctrl_c_after(0), StringIO())
