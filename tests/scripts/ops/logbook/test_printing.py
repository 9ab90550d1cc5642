"""Lines as they are printed."""

import json
from dataclasses import replace

import pytest

from scripts.ops.logbook.entries import line_of_entry, line_of_text
from scripts.ops.logbook.printing import for_people, for_programs
from scripts.ops.logbook.requests import REQUESTS
from tests.scripts.ops.logbook.kept import BEGAN, at, entry, line, request
from tests.scripts.ops.logbook.test_entries import KEPT, PRINTED

SAID = replace(line(1.25, "ERROR", "store-api"), message="[req=a] call.failed")


def test_for_people() -> None:
    """Time, severity, service and message stand below each other from line to line."""
    assert for_people(SAID) == "2026-11-22 14:00:01.250 ERROR    store-api      [req=a] call.failed"
    other = replace(line(0, "INFO", "generate-story"), message="x")
    assert for_people(other) == "2026-11-22 14:00:00.000 INFO     generate-story x"


def test_a_stack() -> None:
    """What has more lines than one is indented below, a stack last."""
    fields = {"stack_trace": "Traceback:\n  File\nOSError\n"}
    text = for_people(replace(SAID, message="call.bug\nmore", fields=fields))
    assert text.splitlines()[1:] == ["    more", "    Traceback:", "      File", "    OSError"]


@pytest.mark.parametrize(
    ("severity", "colour"), [("ERROR", "\x1b[31m"), ("ALERT", "\x1b[31m"), ("WARNING", "\x1b[33m")]
)
def test_colours(severity: str, colour: str) -> None:
    """What has to be looked at stands out, and the line is as wide as without."""
    told = replace(SAID, severity=severity)
    text = for_people(told, colours=True)
    assert f" {colour}{severity}" in text
    assert text.replace(colour, "").replace("\x1b[0m", "") == for_people(told)


def test_no_colour() -> None:
    """What is as it should be has no colour."""
    usual = replace(SAID, severity="INFO")
    assert for_people(usual, colours=True) == for_people(usual)


def test_what_would_steer_the_terminal() -> None:
    """A text of anyone's making moves no cursor and sets no title."""
    text = for_people(replace(SAID, message="a\x1b[2J\x07\rb\u202ec\té"))
    assert text.endswith("a\\x1b[2J\\x07\\rb\\u202ec\té")
    assert "\x1b" not in for_people(replace(SAID, service="\x1b[2J"))


def test_for_programs() -> None:
    """The members are the function's own, what each line has first, the trace and stack last."""
    told = line_of_text(json.dumps({"stack_trace": "s", **PRINTED, "attempt": 1}), BEGAN)
    printed = json.loads(for_programs(told))
    assert printed == {**PRINTED, "stack_trace": "s", "attempt": 1}
    assert " ".join(printed) == (
        "severity time message event request_id function attempt code kept ms share "
        "logging.googleapis.com/trace logging.googleapis.com/spanId stack_trace"
    )


def test_every_source_reads_the_same() -> None:
    """What was printed and what was kept of it are the same text, to the byte."""
    assert for_programs(line_of_text(json.dumps(PRINTED), BEGAN)) == for_programs(
        line_of_entry(KEPT)
    )


def test_it_can_be_read_again() -> None:
    """What is printed for programs is a line of a file again, a text with its time included."""
    text = entry(1.000001, "ERROR")
    text.text_payload = "Booting\nworker é"
    for each in (line_of_entry(KEPT), line_of_entry(text)):
        again = line_of_text(for_programs(each), at(9))
        assert again.time == each.time
        assert for_programs(again) == for_programs(each)
        assert "\n" not in for_programs(each)


def test_a_request_can_be_told_apart_again() -> None:
    """Cloud Run's own line of a request is that in a file, too: no function printed it."""
    kept = line_of_entry(request(1, 503))
    again = line_of_text(for_programs(kept), BEGAN)
    assert (again.log, again.message) == (REQUESTS, kept.message)
    assert again.fields == kept.fields
    assert "logName" not in for_programs(line_of_entry(entry(1, event="x")))
