"""A line, of what Cloud Logging kept or a function printed."""

import json
from datetime import UTC, datetime

import pytest
from google.cloud.logging_v2 import types as api
from google.protobuf import json_format

from scripts.ops.logbook.entries import SPAN, TRACE, line_of_entry, line_of_json, line_of_text
from scripts.ops.logbook.line import Line
from tests.scripts.ops.logbook.kept import BEGAN, at, entry

PRINTED = {
    "ms": 812,
    "share": 0.5,
    "kept": True,
    "code": None,
    "severity": "WARNING",
    "time": "2026-11-22T14:00:01.250+00:00",
    "message": "[req=a] call.ended ms=812",
    "event": "call.ended",
    "request_id": "a",
    "function": "generate_story",
    TRACE: "projects/demo-conteur/traces/1",
    SPAN: "2",
}
KEPT = api.LogEntry(
    {
        "resource": {
            "type": "cloud_run_revision",
            "labels": {"service_name": "generate-story", "revision_name": "generate-story-00007"},
        },
        "timestamp": at(1.25),
        "severity": "WARNING",
        "trace": "projects/demo-conteur/traces/1",
        "span_id": "2",
        "json_payload": {
            name: PRINTED[name] for name in PRINTED if name not in {"severity", "time", TRACE, SPAN}
        },
    }
)


def test_what_was_kept() -> None:
    """Severity, time, message and trace are found again, and numbers that were whole are."""
    line = line_of_entry(KEPT)
    assert (line.time, line.severity) == (at(1.25), "WARNING")
    assert line.message == "[req=a] call.ended ms=812"
    assert (line.service, line.revision) == ("generate-story", "generate-story-00007")
    rest = {name: PRINTED[name] for name in PRINTED if name not in {"severity", "time", "message"}}
    assert dict(line.fields) == rest
    assert type(line.fields["ms"]) is int


def test_what_was_printed() -> None:
    """A line of a function's output is the same as its entry, but for the revision."""
    line = line_of_text(json.dumps(PRINTED), BEGAN)
    kept = line_of_entry(KEPT)
    assert line == Line(kept.time, kept.severity, kept.message, kept.service, "", kept.fields)


def test_what_was_exported() -> None:
    """An entry in its JSON form is the same as on the wire, also on one line of a file."""
    exported = json_format.MessageToDict(api.LogEntry.pb(KEPT))
    assert line_of_json(exported) == line_of_entry(KEPT)
    assert line_of_text(json.dumps(exported), BEGAN) == line_of_entry(KEPT)


def test_nanoseconds() -> None:
    """A time finer than Python's is cut."""
    exported = {"timestamp": "2026-11-22T14:00:01.123456789Z", "textPayload": "x"}
    assert line_of_json(exported).time == datetime(2026, 11, 22, 14, 0, 1, 123456, tzinfo=UTC)


def test_a_text() -> None:
    """A text of Cloud Run's, or of a server, is a message without fields."""
    text = entry(2, "ERROR")
    text.text_payload = "Memory limit of 512 MiB exceeded"
    line = line_of_entry(text)
    assert (line.message, line.severity, dict(line.fields)) == (text.text_payload, "ERROR", {})


@pytest.mark.parametrize("text", ["Booting worker", "[1, 2]", "12", '{"a": ', "[" * 100_000])
def test_a_printed_text(text: str) -> None:
    """What is printed, and is no object, is of the time of the line before it."""
    assert line_of_text(text, at(3)) == Line(at(3), "DEFAULT", text, "", "", {})


@pytest.mark.parametrize("time", [{}, {"time": "soon"}, {"time": 5}])
def test_an_object_without_a_time(time: dict[str, object]) -> None:
    """So is an object that does not say its time."""
    line = line_of_text(json.dumps({"event": "x", "severity": "odd", **time}), at(3))
    assert (line.time, line.event, line.severity) == (at(3), "x", "DEFAULT")


def test_a_request_that_cloud_run_logged() -> None:
    """An entry without a payload says what the request was."""
    request = {"requestMethod": "POST", "requestUrl": "https://x.example/a", "status": 503}
    exported = {
        "timestamp": "2026-11-22T14:00:00Z",
        "logName": "projects/p/logs/run.googleapis.com%2Frequests",
        "httpRequest": {**request, "latency": "0.3s"},
    }
    assert line_of_json(exported).message == "POST https://x.example/a 503 0.3s"


def test_an_entry_of_another_kind() -> None:
    """An entry that has nothing to read says which log it is of."""
    exported = {"logName": "projects/p/logs/cloudaudit.googleapis.com%2Factivity"}
    assert line_of_json(exported).message == "cloudaudit.googleapis.com%2Factivity"


def test_numbers_inside() -> None:
    """Whole numbers are found again in lists and objects, too."""
    exported = {"jsonPayload": {"a": [1.0, {"b": 2.0, "c": 2.5}]}}
    assert json.dumps(line_of_json(exported).fields["a"]) == '[1, {"b": 2, "c": 2.5}]'
