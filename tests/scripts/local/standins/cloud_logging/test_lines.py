"""What Cloud Run makes of a line that a function prints."""

import json
from typing import Any

import pytest
from google.cloud.logging_v2.types import LogEntry
from google.protobuf import json_format

from scripts.local.standins.cloud_logging.lines import Source, entry_of

SOURCE = Source("demo-conteur", "europe-west1")
PREFIX = "logging.googleapis.com/"


def read(line: str, source: Source = SOURCE) -> dict[str, Any]:
    entry = LogEntry.pb(entry_of(line, source, "id"))
    return json_format.MessageToDict(LogEntry.pb(LogEntry.deserialize(entry.SerializeToString())))


def of(**members: object) -> dict[str, Any]:
    return read(json.dumps(members))


def test_special_members() -> None:
    """The special members become the entry's own, the others stay, the message among them."""
    trace = {f"{PREFIX}trace": "projects/p/traces/t", f"{PREFIX}spanId": "0a"}
    time = "2027-01-15T08:00:00.123+00:00"
    entry = of(severity="ERROR", time=time, message="m", event="e", request_id="r", **trace)
    assert (entry["severity"], entry["timestamp"]) == ("ERROR", "2027-01-15T08:00:00.123Z")
    assert (entry["trace"], entry["spanId"]) == ("projects/p/traces/t", "0a")
    assert entry["jsonPayload"] == {"message": "m", "event": "e", "request_id": "r"}


def test_more_special_members() -> None:
    """An id, labels, a request, a place in the code and whether a trace is kept are lifted too."""
    lifted = {
        f"{PREFIX}insertId": "own",
        f"{PREFIX}labels": {"a": "b"},
        f"{PREFIX}sourceLocation": {"file": "x.py", "line": "3"},
        f"{PREFIX}trace_sampled": True,
        "httpRequest": {"status": 503},
    }
    entry = of(message="m", a=1, **lifted)
    assert (entry["insertId"], entry["labels"]["a"], entry["traceSampled"]) == ("own", "b", True)
    assert (entry["httpRequest"], entry["sourceLocation"]["line"]) == ({"status": 503}, "3")
    assert entry["jsonPayload"] == {"message": "m", "a": 1}


def test_where_it_comes_from() -> None:
    """An entry is of the revision of the service that the function is, under its project."""
    entry = of(function="generate_story", message="m")
    assert entry["resource"] == {
        "type": "cloud_run_revision",
        "labels": {
            "project_id": "demo-conteur",
            "location": "europe-west1",
            "service_name": "generate-story",
            "configuration_name": "generate-story",
            "revision_name": "generate-story-00001-loc",
        },
    }
    assert entry["logName"] == "projects/demo-conteur/logs/run.googleapis.com%2Fstdout"
    assert (entry["labels"], entry["insertId"]) == ({"goog-managed-by": "cloudfunctions"}, "id")


def test_service_of_a_line_that_names_no_function() -> None:
    """A line that names no function is of the source's service, or of an unknown one."""
    health = Source("p", "europe-west1", service="health")
    names = [read("x", source)["resource"]["labels"]["service_name"] for source in (health, SOURCE)]
    assert names == ["health", "unknown"]


def test_message_alone() -> None:
    """A message that is left alone becomes the text."""
    entry = of(severity="INFO", message="m")
    assert (entry["textPayload"], "jsonPayload" in entry) == ("m", False)


def test_no_severity() -> None:
    """An object without a severity is of the default one, as a text is."""
    assert "severity" not in of(message="m", a=1)
    assert "severity" not in read("a text")


@pytest.mark.parametrize("member", [{"severity": "LOUD"}, {"time": "noon"}, {"httpRequest": 3}])
def test_member_that_does_not_fit(member: dict[str, object]) -> None:
    """A special member that is none stays where it was written."""
    assert of(a=1, **member)["jsonPayload"] == {"a": 1, **member}


def test_stack_trace() -> None:
    """A stack trace stays in its member, with its lines."""
    stack = "Traceback (most recent call last):\n  File ..."
    assert of(message="m", stack_trace=stack)["jsonPayload"]["stack_trace"] == stack


@pytest.mark.parametrize(
    "line",
    [
        "Traceback (most recent call last):",
        "{",
        "[1, 2]",
        '"text"',
        "{}",
        '{"ms": NaN}',
        '{"half": "\\ud800"}',
        '{"deep": ' + "[" * 30 + "]" * 30 + "}",
        '{"deep": ' + "[" * 100_000 + "]" * 100_000 + "}",
    ],
)
def test_text(line: str) -> None:
    """A line that is no JSON object, or none that Cloud Logging can hold, is a text."""
    assert read(line)["textPayload"] == line
