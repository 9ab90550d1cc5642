"""A line, of what Cloud Logging kept or a function printed.

A file may hold anything: a member that is not of its type is as one that is missing.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from google.cloud.logging_v2 import types as api
from google.protobuf import json_format

from scripts.ops.logbook.json_text import loads, whole
from scripts.ops.logbook.line import Line
from scripts.ops.logbook.query import RANKS
from scripts.ops.logbook.requests import told_of

Entry = Mapping[str, Any]
"""A LogEntry in its JSON form, as exports and `gcloud logging read --format=json` have it.

https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry
"""
TRACE, SPAN = "logging.googleapis.com/trace", "logging.googleapis.com/spanId"
LOG = "logging.googleapis.com/logName"
"""The member by which a printed line says of which log it is, where that is Cloud Run's own."""
DEFAULT = "DEFAULT"  # the severity of what says none
YEARS = range(1970, 9000)  # with room to count on from
_KEPT = ("jsonPayload", "textPayload", "protoPayload", "httpRequest", "logName")
_LIFTED = ("severity", "time", "message", LOG)


def line_of_entry(entry: api.LogEntry) -> Line:
    """Return the line of an entry."""
    return line_of_json(json_format.MessageToDict(api.LogEntry.pb(entry)))


def line_of_json(entry: Entry) -> Line:
    """Return the line of an entry. One without text or object says what it is of instead."""
    payload = entry.get("jsonPayload")
    fields = whole(_members(payload))
    said = "" if isinstance(payload, dict) else payload
    texts = (fields.pop("message", ""), entry.get("textPayload"), said)
    log = unquote(_text(entry, "logName").rpartition("/")[2])
    labels = _members(_members(entry.get("resource")).get("labels"))
    marks = {TRACE: _text(entry, "trace"), SPAN: _text(entry, "spanId")}
    return Line(
        time=_moment(entry.get("timestamp")) or datetime.fromtimestamp(0, UTC),
        severity=_severity(entry.get("severity")),
        message=next((str(each) for each in texts if each), "")
        or told_of(_members(entry.get("httpRequest")))
        or log,
        service=_text(labels, "service_name"),
        revision=_text(labels, "revision_name"),
        fields={**fields, **{name: mark for name, mark in marks.items() if mark}},
        log=log,
        instance=_text(_members(entry.get("labels")), "instanceId"),
    )


def line_of_text(text: str, last: datetime) -> Line:
    """Return the line of what a function printed, or of an entry on one line.

    What says no time, such as a text that is no JSON, is of `last`, the time of the line before.
    """
    try:
        told = loads(text)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        return Line(last, DEFAULT, text, service="", revision="", fields={})
    return line_of_members(told, last)


def line_of_members(told: Mapping[str, Any], last: datetime) -> Line:
    """Return the line of an object that a function printed, or of an entry."""
    if any(name in told for name in _KEPT):
        return line_of_json(told)
    return Line(
        time=_moment(told.get("time")) or last,
        severity=_severity(told.get("severity")),
        message=str(told.get("message", "")),
        service=_text(told, "function").replace("_", "-"),
        revision="",
        fields=whole({name: each for name, each in told.items() if name not in _LIFTED}),
        log=_text(told, LOG),
    )


def _severity(named: object) -> str:
    return named if isinstance(named, str) and named in RANKS else DEFAULT


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    if moment.year not in YEARS:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _members(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) else ""
