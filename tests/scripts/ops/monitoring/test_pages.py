import shutil
from pathlib import Path

import pytest

from conteur.telemetry.registry import METRICS, Distribution
from scripts.ops.monitoring.alert import ROOT, AlertsError, read_alerts
from scripts.ops.monitoring.metric_groups import GROUPS
from scripts.ops.monitoring.pages import ALERTS_PAGE, METRICS_PAGE, check, main
from scripts.ops.monitoring.signals import SIGNALS

PAGES = (METRICS_PAGE, ALERTS_PAGE)
PROCEDURES = "docs/procedures"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in (*PAGES, "monitoring/alerts.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / PROCEDURES, tmp_path / PROCEDURES)
    return tmp_path


def rows(page: str) -> list[str]:
    return [line for line in (ROOT / page).read_text().splitlines() if line.startswith("| `")]


def test_the_repository_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    """The pages are what the registry and the alerts say."""
    assert main([]) == 0
    assert "are what" in capsys.readouterr().out


@pytest.mark.parametrize("page", PAGES)
def test_an_edit_by_hand_is_found_and_undone(
    root: Path, page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One changed word of a table is out of date, and only its page is written anew."""
    right = (root / page).read_text()
    (root / page).write_text(right.replace("| `st", "| `xx", 1))
    assert check(root, update=False) == 1
    assert f"- {page}\n" in capsys.readouterr().out
    assert check(root, update=True) == 0
    assert capsys.readouterr().out == f"{page} is written.\n"
    assert (root / page).read_text() == right


def test_words_outside_the_tables_are_peoples_own(root: Path) -> None:
    """What stands around the tables is not touched."""
    page = root / ALERTS_PAGE
    page.write_text(page.read_text() + "\nA word more.\n")
    assert check(root, update=False) == 0


def test_a_page_without_a_place_is_refused(root: Path) -> None:
    """Where a table's marks are gone, nothing is guessed."""
    page = root / METRICS_PAGE
    page.write_text(page.read_text().replace("begin of calls", "begin of nothing"))
    with pytest.raises(AlertsError, match=r"docs/metrics.md: there must be one `.*of calls"):
        check(root, update=False)


def test_a_runbook_that_is_not_there(root: Path) -> None:
    """An alert whose runbook is misspelt would leave whoever it wakes without one."""
    (root / PROCEDURES / "memory.md").unlink()
    with pytest.raises(AlertsError, match=r"memory_p1: its runbook docs/procedures/memory\.md"):
        check(root, update=False)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.path)
def test_each_metric_has_one_row(metric: Distribution) -> None:
    """An operator finds each metric once, with its labels, and its buckets if it has any."""
    (row,) = [row for row in rows(METRICS_PAGE) if row.startswith(f"| `{metric.path}` |")]
    assert all(f"`{label}`" in row for label in metric.labels)
    assert ("Buckets begin at" in row) == isinstance(metric, Distribution)


def test_each_metric_is_in_one_group() -> None:
    """No metric is left out, and none is told twice."""
    beginnings = [each for members in GROUPS.values() for each in members]
    for metric in METRICS:
        assert sum(metric.path.startswith(members) for members in GROUPS.values()) == 1
    assert all(any(each.path.startswith(one) for each in METRICS) for one in beginnings)


def test_each_alert_and_signal_has_a_row() -> None:
    """The page has every alert with its condition and runbook, and every signal."""
    told = "\n".join(rows(ALERTS_PAGE))
    assert all(f"| `{key}` |" in told for key in SIGNALS)
    for alert in read_alerts():
        assert f"| `{alert.name}` | {alert.severity.name} |" in told
        assert f"](procedures/{alert.runbook}.md)" in told
