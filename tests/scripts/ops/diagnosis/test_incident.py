"""The incident record."""

from pathlib import Path

import pytest

from scripts.ops.diagnosis.incident import headings, record, write_record
from scripts.ops.logbook.line import Line
from tests.scripts.ops.diagnosis import scenes
from tests.scripts.ops.diagnosis.scenes import findings, line

ROOT = Path(__file__).resolve().parents[4]
FAILED = scenes.failed("TIMEOUT", "call.timeout", phase="idle", cause="slow_model")
SCENES = {
    "success": scenes.success(),
    "refusal": scenes.refused("USER_QUOTA"),
    "failure": FAILED,
    "killed": scenes.killed(swept=True),
    "store": scenes.store_retries(),
    "unknown": scenes.failed("OF_A_NEWER_REVISION"),
}


@pytest.mark.parametrize("lines", SCENES.values(), ids=SCENES)
def test_each_record_has_the_templates_headings(lines: tuple[Line, ...]) -> None:
    """In the template's order, whatever happened."""
    template = (ROOT / "docs/incident-template.md").read_text()
    assert headings(record(findings(*lines))) == headings(template)


def test_a_record_can_be_filed_as_it_is() -> None:
    """It has what users saw, the timeline, the cause, evidence, and what is to be done."""
    text = record(findings(*FAILED))
    assert "Votre histoire a pris trop de temps." in text
    assert "| 300 | 1000 | work | attempt 1 (small) |" in text
    assert "`TIMEOUT phase=idle cause=slow_model`" in text
    assert "WARNING generate-story: [req=" in text
    assert "- [ ] Follow `docs/procedures/timeouts.md`" in text


def test_evidence_holds_no_key_and_ends_where_it_should() -> None:
    """A line is others' text, even if the product wrote it."""
    bad = line("model.attempt_failed", 500, problem="```\n# Owned\nsk-abcdefghijklmnop")
    text = record(findings(bad, *scenes.bug()))
    assert "sk-abc" not in text
    assert "\n# Owned" not in text


def test_a_record_tells_what_the_user_had_left() -> None:
    """As the line of the refusal has it."""
    text = record(findings(*scenes.refused("USER_QUOTA", **scenes.QUOTA)))
    assert "then: 3 of 20 stories of the day, 1 of 2 at once" in text


def test_only_the_last_lines_are_quoted() -> None:
    """The record of a long story stays readable, and says what it leaves out."""
    many = [line("google.call_failed", 400 + n) for n in range(100)]
    text = record(findings(*many, *scenes.success()))
    assert "The 63 lines before these are left out." in text
    evidence = text.partition("## Evidence")[2].partition("## Surroundings")[0]
    assert evidence.count("google.call_failed") == 38


def test_a_record_is_called_after_its_day_and_id(tmp_path: Path) -> None:
    """In a folder that git ignores, and beside one that is there already."""
    found = findings(*FAILED)
    names = [write_record(found, folder=tmp_path).name for _ in range(3)]
    day = f"2026-11-22-{scenes.ID}"
    assert names == [f"{day}.md", f"{day}-2.md", f"{day}-3.md"]
    assert "incidents/" in (ROOT / ".gitignore").read_text().splitlines()


def test_a_file_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    """Also where it was asked for by name."""
    mine = tmp_path / "mine.md"
    mine.write_text("notes")
    assert write_record(findings(*FAILED), str(mine)) == tmp_path / "mine-2.md"
    assert mine.read_text() == "notes"


def test_an_id_leads_no_record_out_of_its_folder(tmp_path: Path) -> None:
    """It is what somebody typed in."""
    named = "../../../x"
    found = findings(
        line("call.ended", 10, request_id=named, reason="NONE", outcome="completed"), named=named
    )
    assert write_record(found, folder=tmp_path).parent == tmp_path / "incidents"
