"""The report on the terminal, and the same for programs."""

import json
import re
from dataclasses import replace

import pytest

from scripts.ops.diagnosis import report
from scripts.ops.diagnosis.findings import Looked
from scripts.ops.diagnosis.quota import QuotaNow
from scripts.ops.logbook.line import Line
from tests.scripts.ops.diagnosis import scenes
from tests.scripts.ops.diagnosis.scenes import findings, line

FAILED = scenes.failed("OPENAI_ERROR", kind="key")
AROUND = {
    "dependencies": Looked(("OpenAI: 3 lines",), ({"said": "OpenAI: 3 lines"},)),
    "metrics": Looked(problem="nothing answers there"),
    "others": Looked(),
}


def test_the_cause_comes_first_and_then_what_to_do() -> None:
    """Whoever reads no further knows the most important."""
    text = report.text(replace(findings(*FAILED), around=AROUND))
    titles = [line for line in text.splitlines()[1:] if line and not line.startswith(" ")]
    assert titles[:2] == ["Cause", "Do next"]
    assert titles[2].startswith("Timeline of")
    assert titles[3:] == ["The user's quota", *list(report.TITLES.values())[:3]]


def test_what_the_app_showed_is_told_in_both_languages() -> None:
    """So that support knows what the complaint is about."""
    text = report.text(findings(*FAILED))
    assert "The storyteller is away at the moment." in text
    assert "Le conteur est absent pour le moment." in text


def test_a_look_that_failed_is_said_and_fails_nothing() -> None:
    """The rest of the report is there."""
    text = report.text(replace(findings(*FAILED), around=AROUND))
    assert "could not be read: nothing answers there" in text
    assert "nothing to tell" in text
    assert "OpenAI: 3 lines" in text


def test_no_line_gives_the_terminal_orders_or_holds_a_key() -> None:
    """A foreign line may hold anything."""
    foreign = line("", 400, message="\x1b[2Jgone sk-abcdefghijklmnop")
    text = report.text(findings(foreign, *scenes.success()))
    assert "gone [REDACTED]" in text
    assert "\x1b" not in text


def test_the_timeline_is_drawn_to_scale() -> None:
    """An attempt that took a third of the time has a third of the width."""
    lines = report.text(findings(*FAILED)).splitlines()
    [attempt] = [line for line in lines if "attempt 1 (small)" in line]
    assert attempt.count("█") == 11  # of 30: 1,000 of 2,910 ms, and the cell it ends in


def test_a_call_that_is_open_is_drawn_to_the_end() -> None:
    """Its length is a question mark."""
    lines = report.text(findings(*scenes.killed(swept=True))).splitlines()
    [attempt] = [line for line in lines if "attempt 1" in line]
    assert "?" in attempt
    assert "█ " in attempt
    assert any("story.swept" in line for line in lines)


def test_the_quota_is_told_then_and_now() -> None:
    """What was claimed with the request, and what stands in Firestore when it is asked."""
    now = QuotaNow("2026-11-22", {"stories": 9}, {"status": {"state": "FAILED"}})
    text = report.text(replace(findings(*FAILED), quota_now=now))
    assert "then: 3 of 20 stories of the day, 1 of 2 at once" in text
    assert (
        "now: counters of 2026-11-22: stories 9; the story's document: status.state FAILED" in text
    )


def test_what_was_changed_just_before_is_named_with_the_cause() -> None:
    """A knob that was turned a minute before, and not what was two hours before."""
    text = report.text(scenes.with_changes(findings(*FAILED)))
    section = text.partition("Do next")[0]
    assert "just before it: models turned" in section
    assert "THREADS" not in section


def test_a_success_has_nothing_before_it() -> None:
    """There is no cause to look for."""
    assert "just before" not in report.text(scenes.with_changes(findings(*scenes.success())))


@pytest.mark.parametrize(
    ("lines", "again"),
    [
        (scenes.refused("USER_QUOTA"), "after midnight UTC, from 2026-11-23 00:00 on"),
        (scenes.refused("CONCURRENCY"), "may succeed"),
        (FAILED, "ends the same way"),
    ],
)
def test_it_is_said_whether_to_send_it_again(lines: tuple[Line, ...], again: str) -> None:
    """And of what is counted by the day, from when on."""
    assert re.search(f"sent again: .*{again}$", report.text(findings(*lines)), re.MULTILINE)


def test_a_linked_page_is_named_by_its_path() -> None:
    """Whoever reads on a terminal cannot click."""
    text = report.text(findings(*scenes.gating_block()))
    assert "see docs/api/gated-routes.md." in text
    assert "](" not in text


@pytest.mark.parametrize("width", [70, 80, 120])
@pytest.mark.parametrize("lines", [FAILED, scenes.store_retries(), scenes.refused("USER_QUOTA")])
def test_a_terminal_shows_it_whole(lines: tuple[Line, ...], width: int) -> None:
    """No line is longer than the terminal, and no bar is broken."""
    shown = report.text(scenes.with_changes(findings(*lines)), width).splitlines()
    assert not [row for row in shown if len(row) > width]
    steps = findings(*lines).told[0].timeline.steps
    bars = [row for row in shown if " ms " in row[:12]]
    assert len(bars) == len(steps)
    beside = shown[shown.index(bars[0]) : next(n for n, row in enumerate(shown) if "█ work" in row)]
    assert all(row.startswith(" " * len("  123456 ms")) for row in beside if row not in bars)


def test_a_broken_command_is_one_command() -> None:
    """It can be copied from the terminal."""
    found = findings(*FAILED)
    text = report.text(found, 60).replace(" \\\n    ", " ")
    assert all(f"  {task.command}\n" in text for task in found.tasks)


def test_programs_get_the_same() -> None:
    """As JSON, with nothing that only people can read."""
    told = json.loads(json.dumps(report.document(replace(findings(*FAILED), around=AROUND))))
    assert (told["outcome"], told["reason"], told["kind"]) == ("failed", "OPENAI_ERROR", "key")
    assert told["advice"]["fr"].startswith("Le conteur")
    assert told["calls"][0]["steps"][0]["kind"] == "gap"
    assert told["quota"]["then"]["stories_limit"] == 20
    assert told["around"]["metrics"]["problem"] == "nothing answers there"


def test_a_success_has_no_advice() -> None:
    """Nothing is to be mended, and nothing is made up."""
    told = report.document(findings(*scenes.success()))
    assert (told["reason"], told["advice"], told["runbook"]) == (None, None, None)
