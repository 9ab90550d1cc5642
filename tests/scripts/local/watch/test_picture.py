"""The README's picture can be taken again at any time."""

import json
import shutil
import struct
from pathlib import Path

import pytest

from scripts.local.firebase_project import ROOT
from scripts.local.prometheus import find_prometheus
from scripts.local.watch.picture.__main__ import made_up_page, main
from scripts.local.watch.picture.alert_states import held_since
from scripts.local.watch.picture.blocks import STEP_SECONDS, made_up_lines
from scripts.local.watch.picture.log_lines import log_lines
from tests.scripts.local.watch.browser import Browser

END = 1_800_000_000.0
MOST_BYTES = 300_000
PNG = b"\x89PNG\r\n\x1a\n"

pytestmark = pytest.mark.server


def test_the_made_up_load_is_the_same_each_time() -> None:
    """Two made-up minutes are equal, and each step's lines have their time."""
    once, again = (list(made_up_lines(END, 2 * STEP_SECONDS)) for _ in range(2))
    assert once == again
    assert {line.split()[-1] for line in once} == {f"{END - STEP_SECONDS:.0f}", f"{END:.0f}"}


@pytest.mark.parametrize(
    ("steps", "since"), [([9, 8, 3, 2, 1, 0], 3), ([0], 0), ([4, 3, 2, 1], None), ([], None)]
)
def test_a_condition_holds_since_its_last_break(steps: list[int], since: int | None) -> None:
    """Only an unbroken row of steps that reaches the end counts, from its first."""
    times = [END - step * STEP_SECONDS for step in steps]
    assert held_since(times, END) == (None if since is None else END - since * STEP_SECONDS)


def test_the_made_up_log_has_the_products_words() -> None:
    """Each event is one that the functions log, in lines as they write them, before the end."""
    source = "".join(file.read_text() for file in (ROOT / "functions/conteur").rglob("*.py"))
    entries = [json.loads(line) for line in log_lines(END)]
    assert {entry["severity"] for entry in entries} == {"ERROR"}
    for entry in entries:
        assert f'"{entry["event"]}"' in source
        assert entry["message"].startswith(f"[req={entry['request_id']}] {entry['event']} ")


def test_alerts_fire_as_long_as_they_would(tmp_path: Path, browser: Browser) -> None:
    """Alerts fire that were past their thresholds for their durations; the latest is pending."""
    if find_prometheus(ROOT) is None:
        pytest.skip("Prometheus is missing: run scripts/setup")
    with made_up_page(tmp_path) as url:
        browser.open(url)
        for name in ("error_rate_p1", "error_rate_p2", "slow_p2", "error_rate_p3", "slow_p3"):
            browser.shown("#alerts .firing", f"stories_{name}")
        browser.shown("#alerts .pending", "stories_slow_p1")
        assert browser.count("#alerts li") == 6


def test_the_picture_is_taken(tmp_path: Path) -> None:
    """One command makes a picture of 1440 x 900 that a README may carry."""
    if find_prometheus(ROOT) is None or shutil.which("chromium") is None:
        pytest.skip("Prometheus or Chromium is missing: run scripts/setup --for test")
    file = tmp_path / "dashboard.png"
    assert main([str(file)]) == 0
    content = file.read_bytes()
    assert content.startswith(PNG)
    assert struct.unpack(">II", content[16:24]) == (1440, 900)
    assert len(content) < MOST_BYTES
