"""docs/metrics.md against the registry."""

import re
from pathlib import Path

import pytest

from conteur.telemetry.metric import Metric
from conteur.telemetry.registry import METRICS

PAGE = (Path(__file__).parents[2] / "docs/metrics.md").read_text()
ROWS = re.findall(r"^\| `.*$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("metric", METRICS, ids=[metric.path for metric in METRICS])
def test_every_metric_is_on_its_page(metric: Metric) -> None:
    """An operator finds each metric, with its labels, on one page."""
    (row,) = [row for row in ROWS if f"`{metric.path}`" in row.split("|")[1]]
    assert all(f"`{label}`" in row for label in metric.labels)


def test_the_page_names_no_other() -> None:
    """What the page lists is sent."""
    named = {name for row in ROWS for name in re.findall(r"`([^`]+)`", row.split("|")[1])}
    assert named == {metric.path for metric in METRICS}
