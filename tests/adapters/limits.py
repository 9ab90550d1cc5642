"""What tests of rate limiters share."""

from datetime import UTC, datetime

from conteur.domain.store.rate_limit import RateRule
from conteur.telemetry.aggregate import Aggregate, Labels
from conteur.telemetry.metric import Counter

NOW = datetime(2026, 1, 1, 12, 0, 13, tzinfo=UTC)
RULE = RateRule(requests=2, seconds=60)


def counted(meter: Aggregate, metric: Counter) -> dict[Labels, int]:
    """Return what was counted, by labels."""
    series = [one for one in meter.snapshot().series if one.metric is metric]
    return {one.labels: one.value for one in series if isinstance(one.value, int)}
