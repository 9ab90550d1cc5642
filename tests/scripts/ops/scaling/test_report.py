from dataclasses import replace

import pytest

from scripts.ops.scaling import report
from scripts.ops.scaling.deployment import production
from scripts.ops.scaling.figures import FIGURES
from scripts.ops.scaling.report import Study
from scripts.ops.scaling.workload import Workload


@pytest.fixture
def study(story: Workload) -> Study:
    return Study((10, 1_000), story, production())


def test_a_column_for_each_rate(study: Study) -> None:
    """What rates take, cost and are set to has a column for each of them."""
    for text in (report.takes(study), report.costs(study), report.settings(study)):
        assert {line.count("|") for line in text.splitlines()} == {4}


def test_shards_that_cannot_be_set(story: Workload) -> None:
    """Where more shards are needed than may be set, both numbers are told."""
    text = report.settings(Study((10_000, 100_000), story, production()))
    assert "| 105    | 1,042 (500 may be set) |" in text


def test_each_limit_is_named_once(study: Study) -> None:
    """A limit stands under the first rate that breaks it, and those that hold under `over`."""
    rows = report.breaks(study).splitlines()[2:]
    assert rows[0].startswith("| to 10 ")
    assert "budget" in rows[0]
    assert sum("every thread" in row for row in rows) == 1
    assert any(row.startswith("| over 1,000 ") for row in rows)


def test_a_range_without_a_limit_says_so(study: Study) -> None:
    """Where nothing more breaks, the table says that."""
    rich = replace(study.deployment, budget_micros=10**9)
    assert "| to 10 " in report.breaks(replace(study, deployment=rich))
    assert "nothing more" in report.breaks(replace(study, deployment=rich))


def test_every_figure_is_listed() -> None:
    """What is taken on trust is shown, all of it."""
    assert len(report.sources().splitlines()) == 2 + len(FIGURES)
