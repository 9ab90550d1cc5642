"""Which lines have come already."""

from scripts.ops.logbook.seen import Seen


def test_a_key_is_new_once() -> None:
    """What has come is not new again."""
    seen = Seen(10)
    assert [seen.is_new(key) for key in (1, 2, 1, 2, 3)] == [True, True, False, False, True]


def test_what_is_remembered_has_an_end() -> None:
    """The oldest are forgotten, however long a log is followed."""
    seen = Seen(3)
    assert all(seen.is_new(key) for key in range(100))
    assert len(seen) == 3
    assert [seen.is_new(key) for key in (99, 98, 97)] == [False, False, False]
