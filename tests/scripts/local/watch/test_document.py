"""The dashboard as the page reads it."""

import json

from scripts.local.firebase_project import ROOT
from scripts.local.watch.document import document
from scripts.ops.monitoring.alert import read_alerts
from scripts.ops.monitoring.board.tile import Line, Section, Show, Tile
from scripts.ops.monitoring.board.tiles import read_dashboard
from scripts.ops.monitoring.signals import SIGNALS

ALERTS = read_alerts(ROOT)


def tile(key: str) -> Tile:
    signal = SIGNALS[key]
    return Tile(
        title=signal.title,
        what=signal.what,
        show=Show.LINES,
        unit=signal.unit,
        lines=[Line(signal.query, "{{function}}")],
        alerts=[alert for alert in ALERTS if alert.signal is signal],
        width=16,
        height=16,
    )


def test_a_tile_has_its_queries_and_thresholds() -> None:
    """A tile's lines, and the thresholds of its alerts in the unit of its values, are told."""
    (section,) = document([Section("Stories", [tile("stories.memory")])], ALERTS)["sections"]
    (shown,) = section["tiles"]
    query = SIGNALS["stories.memory"].query
    assert shown["lines"] == [{"query": query, "legend": "{{function}}"}]
    assert shown["signals"] == {"stories.memory": {"query": query, "samples": "", "least": 0}}
    assert (shown["unit"], shown["show"]) == ("SHARE", "lines")
    assert [(each["severity"], each["value"]) for each in shown["thresholds"]] == [
        ("P1", 0.8),
        ("P2", 0.7),
        ("P3", 0.6),
    ]


def test_a_tile_says_how_many_samples_its_alerts_want() -> None:
    """Each threshold names its signal, whose samples and their least number are told."""
    made = document([Section("Store", [tile("store_publish.gating_block_rate")])], ALERTS)
    shown = made["sections"][0]["tiles"][0]
    (key,) = {each["signal"] for each in shown["thresholds"]}
    signal = SIGNALS[key]
    wanted = {"query": signal.query, "samples": signal.samples, "least": signal.least}
    assert shown["signals"] == {"store_publish.gating_block_rate": wanted}
    assert shown["signals"][key]["least"] > 0


def test_an_alert_that_does_not_suit_this_machine_is_left_out() -> None:
    """Nothing runs schedules here, so no threshold of theirs is drawn and no alert is watched."""
    made = document([Section("Service", [tile("service.sweeps")])], ALERTS)
    assert made["sections"][0]["tiles"][0]["thresholds"] == []
    assert "sweep_not_run" not in made["alerts"]
    assert made["alerts"]["budget_spent"]["runbook"] == "docs/procedures/budget.md"


def test_the_projects_dashboard_is_json() -> None:
    """All tiles of monitoring/dashboard.yaml are told."""
    sections = read_dashboard(ROOT, ALERTS)
    read = json.loads(json.dumps(document(sections, ALERTS)))["sections"]
    assert [len(each["tiles"]) for each in read] == [len(each.tiles) for each in sections]
