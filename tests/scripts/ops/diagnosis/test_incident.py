"""The incident record."""

import re
from pathlib import Path

import pytest

from scripts.ops.diagnosis.incident import SEVERITIES, headings, record, write_record
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


def _page(name: str) -> str:
    """Return a page's text on one line a paragraph."""
    return re.sub(r"(?<=\w)\n(?=\w)", " ", (ROOT / "docs" / name).read_text())


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


def test_a_severity_means_what_on_call_says() -> None:
    """The template repeats it, and the record's suggestion is made of it."""
    rows = re.findall(r"^\| \*\*(P\d)\*\*.*?\| (.+?) \|", _page("on-call.md"), re.MULTILINE)
    assert dict(rows) == SEVERITIES
    for severity, means in SEVERITIES.items():
        assert f"{severity}: {means}." in _page("incident-template.md")


@pytest.mark.parametrize(
    ("lines", "suggested"),
    [
        (FAILED, f"P2: {SEVERITIES['P2']}. P1 if the surroundings show that {SEVERITIES['P1']}."),
        (scenes.refused("USER_QUOTA"), "none: a refusal, as it should be."),
        (scenes.success(), "none: nothing failed."),
    ],
)
def test_a_severity_is_suggested(lines: tuple[Line, ...], suggested: str) -> None:
    """Of a refusal and of a success none."""
    assert f"## Severity\n\nSuggested: {suggested}\n" in record(findings(*lines))


def test_a_record_names_its_place_and_links_pages_from_where_it_is() -> None:
    """Its folder is beside docs/."""
    text = record(findings(*scenes.gating_block(), words=scenes.LOCALLY))
    assert "[gated routes](../docs/api/gated-routes.md)" in text
    assert (ROOT / "incidents/../docs/api/gated-routes.md").resolve().is_file()
    assert "-P production" not in text


def test_what_was_changed_just_before_is_among_the_cause() -> None:
    """It is more often the cause than not."""
    text = record(scenes.with_changes(findings(*FAILED)))
    assert "- Just before it: models turned" in text.partition("## Evidence")[0]


def test_operators_may_stand_in_a_record() -> None:
    """The template says whose names do not, and on-call where a record is filed."""
    assert "user's id or user's address" in _page("incident-template.md")
    assert "Attach it to the ticket" in _page("on-call.md").partition("## Afterwards")[2]


def test_an_outcome_is_no_markdown() -> None:
    """Nor is anything else of a line's before a timeline."""
    end = line("call.ended", 90, outcome="done](x)\n# <b>", ms=90)
    timeline = record(findings(end)).partition("## Timeline")[2].partition("## Cause")[0]
    assert "](x)" not in timeline
    assert "<b>" not in timeline.replace("\\<b", "")
    assert "\n# " not in timeline


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
    names = [write_record(found, tmp_path).name for _ in range(3)]
    day = f"2026-11-22-{scenes.ID}"
    assert names == [f"{day}.md", f"{day}-2.md", f"{day}-3.md"]
    assert "incidents/" in (ROOT / ".gitignore").read_text().splitlines()


def test_a_file_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    """Also where it was asked for by name."""
    mine = tmp_path / "mine.md"
    mine.write_text("notes")
    assert write_record(findings(*FAILED), tmp_path, str(mine)) == tmp_path / "mine-2.md"
    assert mine.read_text() == "notes"


def test_an_id_leads_no_record_out_of_its_folder(tmp_path: Path) -> None:
    """It is what somebody typed in."""
    named = "../../../x"
    found = findings(
        line("call.ended", 10, request_id=named, reason="NONE", outcome="completed"), named=named
    )
    assert write_record(found, tmp_path).parent == tmp_path / "incidents"
