"""The page's way to Prometheus says what is missing."""

import pytest

from scripts.local.watch.errors import UnavailableError
from scripts.local.watch.prometheus_api import MISSING, QUERIES, SILENT, PrometheusApi


@pytest.mark.parametrize(("base_url", "why"), [("", MISSING), ("http://127.0.0.1:9", SILENT)])
def test_without_prometheus_nobody_knows_the_alerts(base_url: str, why: str) -> None:
    """Without Prometheus alerts are unknown rather than none, and the reason is told."""
    api = PrometheusApi(base_url)
    assert api.alerts() == {"alerts": None, "notice": why}
    with pytest.raises(UnavailableError, match=r"totals, straight from the metrics"):
        api.ask(QUERIES, "query=up")
