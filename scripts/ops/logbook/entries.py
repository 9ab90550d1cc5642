"""A line, of what Cloud Logging kept or a function printed."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from google.cloud.logging_v2 import types as api
from google.protobuf import json_format

from scripts.ops.logbook.line import Line
from scripts.ops.logbook.query import RANKS

Entry = Mapping[str, Any]
"""A LogEntry in its JSON form, as exports and `gcloud logging read --format=json` have it.

https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry
"""
TRACE, SPAN = "logging.googleapis.com/trace", "logging.googleapis.com/spanId"
DEFAULT = "DEFAULT"  # the severity of what says none
_KEPT = ("jsonPayload", "textPayload", "protoPayload", "httpRequest", "logName")
_LIFTED = ("severity", "time", "message")


def line_of_entry(entry: api.LogEntry) -> Line:
    """Return the line of an entry."""
    return line_of_json(json_format.MessageToDict(api.LogEntry.pb(entry)))


def line_of_json(entry: Entry) -> Line:
    """Return the line of an entry. One without text or object says what it is of instead."""
    fields = _plain(entry.get("jsonPayload", {}))
    labels = entry.get("resource", {}).get("labels", {})
    message = str(fields.pop("message", "")) or entry.get("textPayload", "") or _other(entry)
    marks = {TRACE: entry.get("trace", ""), SPAN: entry.get("spanId", "")}
    return Line(
        time=_moment(entry.get("timestamp")) or datetime.fromtimestamp(0, UTC),
        severity=_severity(entry.get("severity")),
        message=message,
        service=str(labels.get("service_name", "")),
        revision=str(labels.get("revision_name", "")),
        fields={**fields, **{name: mark for name, mark in marks.items() if mark}},
    )


def line_of_text(text: str, last: datetime) -> Line:
    """Return the line of what a function printed, or of an entry on one line.

    What says no time, such as a text that is no JSON, is of `last`, the time of the line before.
    """
    told = _object(text)
    if told is None:
        return Line(last, DEFAULT, text, service="", revision="", fields={})
    if any(name in told for name in _KEPT):
        return line_of_json(told)
    return Line(
        time=_moment(told.get("time")) or last,
        severity=_severity(told.get("severity")),
        message=str(told.get("message", "")),
        service=str(told.get("function", "")).replace("_", "-"),
        revision="",
        fields=_plain({name: each for name, each in told.items() if name not in _LIFTED}),
    )


def _object(text: str) -> dict[str, Any] | None:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _severity(named: object) -> str:
    return str(named) if named in RANKS else DEFAULT


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _other(entry: Entry) -> str:
    """Return what a request that Cloud Run itself has logged was, else the name of its log."""
    if request := entry.get("httpRequest"):
        names = ("requestMethod", "requestUrl", "status", "latency")
        return " ".join(str(request[name]) for name in names if name in request)
    return str(entry.get("logName", "")).rpartition("/")[2]


def _plain(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object with the whole numbers that the protocol knows as floating point."""
    return {name: _whole(value) for name, value in told.items()}


def _whole(value: Any) -> Any:  # noqa: ANN401 - whatever JSON has
    match value:
        case float() if value.is_integer():
            return int(value)
        case dict():
            return _plain(value)
        case list():
            return [_whole(each) for each in value]
    return value
