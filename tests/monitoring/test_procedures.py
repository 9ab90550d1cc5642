"""The runbooks against the alerts that lead to them and the tiles that they name."""

import re
from pathlib import Path

import pytest

from scripts.ops.diagnosis.runbooks import RUNBOOKS as DIAGNOSED
from scripts.ops.monitoring.alert import Alert, read_alerts
from scripts.ops.monitoring.board.tiles import read_dashboard

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "docs/procedures").glob("*.md")
RUNBOOKS = sorted(page for page in PAGES if page.name != "README.md")
ALERTS = read_alerts(ROOT)
TITLES = {tile.title for section in read_dashboard(ROOT, ALERTS) for tile in section.tiles}
ITALICS = re.compile(r"(?<!\*)\*(?!\*)([^*]+)\*(?!\*)")


@pytest.mark.parametrize("page", RUNBOOKS, ids=lambda page: page.stem)
def test_the_tiles_are_there(page: Path) -> None:
    """What a runbook sends its reader to look at is on the dashboard, by that very title."""
    text = re.sub(r"\*\*[^*]+\*\*", "", page.read_text())
    named = {" ".join(title.split()) for title in ITALICS.findall(text)}
    assert named <= TITLES


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_a_runbook_names_its_alerts(alert: Alert) -> None:
    """Whoever was woken by a name finds that name on the page."""
    page = (ROOT / f"docs/procedures/{alert.runbook}.md").read_text()
    suffix = f"`_{alert.name.rpartition('_')[2]}`"
    assert f"`{alert.name}`" in page or suffix in page


@pytest.mark.parametrize("page", RUNBOOKS, ids=lambda page: page.stem)
def test_something_leads_to_a_runbook(page: Path) -> None:
    """No page is left over: an alert leads to it, or the diagnosis of a complaint."""
    assert page.stem in {alert.runbook for alert in ALERTS} or page.name in {*DIAGNOSED.values()}
