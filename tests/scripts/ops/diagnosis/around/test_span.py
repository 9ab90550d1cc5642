"""When a request was."""

from datetime import timedelta

import pytest

from scripts.ops.diagnosis.around.span import Span, lasting
from tests.scripts.ops.logbook.kept import at

from .logged import IT, Logged


def test_from_its_first_byte_to_its_end(logged: Logged) -> None:
    """A call began as long before its end as it took; what is done about it later is not of it."""
    logged.ended(1, IT, "TIMEOUT")
    logged.add(90, "story.swept", "WARNING", of="sweep-stories", story_id=IT)
    assert Span.of(logged.case()) == Span(at(0), at(1))


def test_of_one_that_was_sent_again(logged: Logged) -> None:
    """The call that counts was in its own seconds: the one that failed."""
    logged.ended(1, IT, "TIMEOUT")
    logged.ended(1800, IT)
    assert Span.of(logged.case()) == Span(at(0), at(1))


def test_of_one_that_never_ended(logged: Logged) -> None:
    """Where no call is told of, its lines say when it was."""
    logged.add(5, "story.swept", "WARNING", of="sweep-stories", story_id=IT)
    assert Span.of(logged.case()) == Span(at(5), at(5))


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (-75, "1 min 15 s before it"),
        (0, "during it"),
        (2, "during it"),
        (7322, "2 h 2 min after it"),
    ],
)
def test_beside_it(seconds: float, told: str) -> None:
    """How far a moment is, is counted from the nearer end."""
    assert Span(at(0), at(2)).beside(at(seconds)) == told


@pytest.mark.parametrize(
    ("seconds", "told"), [(0, "0 s"), (60, "1 min"), (86400 + 3599, "1 d"), (90000, "1 d 1 h")]
)
def test_how_long(seconds: float, told: str) -> None:
    """A span is told in its two largest units, without what is nothing."""
    assert lasting(timedelta(seconds=seconds)) == told
