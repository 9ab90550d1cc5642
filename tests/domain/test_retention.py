"""For how long stories are kept."""

from datetime import UTC, datetime

from conteur.domain.retention import FOR_EVER, Retention

ENDED = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_by_how_it_ended() -> None:
    """A completed story and a failed one are kept for days of their own."""
    retention = Retention(completed_days=730, failed_days=30)
    assert retention.of_completed(ENDED) == datetime(2028, 1, 1, 12, tzinfo=UTC)
    assert retention.of_failed(ENDED) == datetime(2026, 1, 31, 12, tzinfo=UTC)


def test_for_ever() -> None:
    """No days mean that nothing but its deletion ends a story's keeping."""
    assert (FOR_EVER.of_completed(ENDED), FOR_EVER.of_failed(ENDED)) == (None, None)
    assert Retention(completed_days=1).of_failed(ENDED) is None
