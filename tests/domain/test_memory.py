"""What an instance does as its memory fills up."""

import pytest

from conteur.domain.memory import DROP_EVERY_SECONDS, is_short, should_drop

LONG_AGO = float("inf")


@pytest.mark.parametrize(
    ("ratio", "short"), [(None, False), (0.0, False), (0.79, False), (0.8, True), (1.2, True)]
)
def test_new_work(ratio: float | None, short: bool) -> None:  # noqa: FBT001 - a row of the table
    """New work is refused from 80 % on, and never where nobody knows how much is used."""
    assert is_short(ratio) is short


@pytest.mark.parametrize(
    ("ratio", "drops"), [(None, False), (0.0, False), (0.69, False), (0.7, True), (0.9, True)]
)
def test_caches(ratio: float | None, drops: bool) -> None:  # noqa: FBT001 - a row of the table
    """Caches are dropped from 70 % on."""
    assert should_drop(ratio, LONG_AGO) is drops


def test_caches_that_were_dropped_just_now() -> None:
    """They are not dropped again before they can hold something."""
    assert not should_drop(0.9, DROP_EVERY_SECONDS - 0.1)
    assert should_drop(0.9, DROP_EVERY_SECONDS)
