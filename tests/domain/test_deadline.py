"""The one moment by which a call must have its answer."""

from conteur.domain.deadline import Deadline


def test_remaining() -> None:
    """What remains is the time to the deadline."""
    assert Deadline(at=30).remaining(now=10) == 20


def test_never_negative() -> None:
    """Past the deadline nothing remains."""
    assert Deadline(at=30).remaining(now=40) == 0


def test_before() -> None:
    """An earlier deadline leaves time for what comes after it."""
    assert Deadline(at=30).before(2) == Deadline(at=28)
