"""A mail is tried again after longer and longer waits, and then given up."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from conteur.domain.store.mail_schedule import AGAIN_MINUTES, send_again

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_each_wait_is_twice_the_one_before() -> None:
    """The first wait is a minute, and each other one twice as long as the one before."""
    assert send_again(1, NOW) == NOW + timedelta(minutes=1)
    assert {after / before for before, after in pairwise(AGAIN_MINUTES)} == {2}


def test_the_last_attempt() -> None:
    """After ten attempts, within nine hours, a mail is given up."""
    assert send_again(9, NOW) == NOW + timedelta(minutes=256)
    assert send_again(10, NOW) is None
    assert timedelta(minutes=sum(AGAIN_MINUTES)) < timedelta(hours=9)
