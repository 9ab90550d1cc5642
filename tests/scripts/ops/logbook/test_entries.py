"""A line, of what Cloud Logging kept or a function printed."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from google.cloud.logging_v2 import types as api
from google.protobuf import json_format

from scripts.ops.logbook.entries import SPAN, TRACE, line_of_entry, line_of_json, line_of_text
from scripts.ops.logbook.line import Line
from scripts.ops.logbook.printing import for_people, for_programs
from scripts.ops.logbook.requests import REQUESTS
from tests.scripts.ops.logbook.kept import BEGAN, at, entry, request

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
    """It says what was asked and answered; what follows the path is anyone's, and left out."""
    line = line_of_entry(request(2, 503, "https://a.run.app/stories?token=t#u"))
    assert line.message == "POST /stories 503 ms=312"
    assert (line.log, line.instance) == (REQUESTS, "i-1")
    assert (line.severity, line.service, line.event) == ("ERROR", "generate-story", "")


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"requestMethod": "GET", "requestUrl": "https://a.run.app"}, "GET /"),
        ({"requestUrl": "https://[a/b"}, "/"),
        ({"requestUrl": "/a/b?c", "status": 200, "latency": "nans"}, "/a/b 200"),
        ({"status": 200, "latency": "soon"}, "200"),
        ({"latency": 2}, "ms=2000"),
        ("GET /", REQUESTS),
    ],
)
def test_a_request_of_which_little_is_known(told: object, message: str) -> None:
    """What is missing, or odd, is left out."""
    exported = {"logName": f"projects/p/logs/{quote(REQUESTS, safe='')}", "httpRequest": told}
    assert line_of_json(exported).message == message


def test_an_entry_of_another_kind() -> None:
    """An entry that has nothing to read says which log it is of."""
    exported = {"logName": "projects/p/logs/cloudaudit.googleapis.com%2Factivity"}
    assert line_of_json(exported).message == "cloudaudit.googleapis.com/activity"


def test_numbers_inside() -> None:
    """Whole numbers are found again in lists and objects, too."""
    exported = {"jsonPayload": {"a": [1.0, {"b": 2.0, "c": 2.5}]}}
    assert json.dumps(line_of_json(exported).fields["a"]) == '[1, {"b": 2, "c": 2.5}]'


ODD = (None, [1, {"a": 2}], {"a": [1]}, 5, 1e300, True, "", "odd", "9999-12-31T23:59:59.999Z")


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("name", [*PRINTED, *json_format.MessageToDict(api.LogEntry.pb(KEPT))])
def test_a_member_of_another_type(name: str, odd: object) -> None:
    """Whatever a file has where something else belongs, its lines can be shown and sorted."""
    exported = json_format.MessageToDict(api.LogEntry.pb(KEPT))
    for told in (PRINTED, exported, {**exported, "httpRequest": odd, "labels": odd}):
        made = line_of_text(json.dumps({**told, name: odd}), BEGAN)
        assert made.time - timedelta(days=365) < at(9) + timedelta(days=365)
        assert for_people(made)
        assert json.loads(for_programs(made))


@pytest.mark.parametrize("name", ["service_name", "revision_name"])
def test_a_label_of_another_type(name: str) -> None:
    """Nor does it matter within the resource."""
    for odd in ODD:
        exported = {"textPayload": "x", "resource": {"labels": {name: odd}}}
        assert for_people(line_of_json(exported)).endswith("x")


def test_a_payload_that_is_a_text() -> None:
    """Which no entry has, is a message."""
    assert line_of_json({"jsonPayload": "x"}).message == "x"
    assert line_of_json({"jsonPayload": {"message": "", "a": 1}, "logName": "a/b"}).message == "b"


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999"])
def test_a_number_that_there_is_not(number: str) -> None:
    """What JSON does not know is a text, as for Cloud Run's agent."""
    text = f'{{"ms": {number}}}'
    assert line_of_text(text, at(3)) == Line(at(3), "DEFAULT", text, "", "", {})


@pytest.mark.parametrize("depth", [99, 101, 400, 5000])
def test_an_object_within_objects(depth: int) -> None:
    """What is nested too deeply to be looked at is a text; less deeply it is not."""
    line = line_of_text(f'{{"a": {"[" * depth}{"]" * depth}}}', at(3))
    assert bool(line.fields) is (depth == 99)


def test_half_a_character() -> None:
    """Half of a surrogate pair, which no terminal takes, is replaced; a whole one is not."""
    line = line_of_text(r'{"message": "\ud83d\ude00 \uD83D"}', at(3))
    assert line.message == "\U0001f600 ?"
