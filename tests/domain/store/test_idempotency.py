"""A key is good for one body, and for a day."""

from datetime import UTC, datetime

import pytest

from conteur.domain.store.answer import Answer, KeptAnswer
from conteur.domain.store.idempotency import kept_until, replay
from conteur.errors import IdempotencyKeyReusedError

KEPT = KeptAnswer(Answer(200, "{}", '"2"'), "f" * 64)


def test_a_repeated_request() -> None:
    """The same body gets the first answer again, marked as such."""
    assert replay(KEPT, "f" * 64) == Answer(200, "{}", '"2"', replayed=True)


def test_another_body() -> None:
    """Another body with the same key is refused."""
    with pytest.raises(IdempotencyKeyReusedError):
        replay(KEPT, "e" * 64)


def test_a_day() -> None:
    """An answer is kept for 24 hours."""
    assert kept_until(datetime(2026, 1, 1, tzinfo=UTC)) == datetime(2026, 1, 2, tzinfo=UTC)
