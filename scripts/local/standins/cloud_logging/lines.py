"""What Cloud Run makes of a line that a function prints: a log entry.

Special members, such as the trace, leave jsonPayload for the entry's own fields. `message` is none
of them: it stays there unless it is all that is left. Sources:
https://cloud.google.com/logging/docs/structured-logging#special-payload-fields and
https://cloud.google.com/run/docs/logging#writing_structured_logs
"""

import json
from dataclasses import dataclass
from typing import Any

from google.cloud.logging_v2.types import LogEntry
from google.protobuf import json_format

from scripts.local.standins.server import Message

LOG = "run.googleapis.com%2Fstdout"
MANAGED_BY = {"goog-managed-by": "cloudfunctions"}
"""https://cloud.google.com/functions/docs/monitoring/logging"""
UNKNOWN = "unknown"
FIRST_REVISION = "00001-loc"
MAX_DEPTH = 25  # protobuf reads 100 messages in each other, and each of JSON's is three
PREFIX = "logging.googleapis.com/"
SPECIAL = {
    "severity": "severity",
    "time": "timestamp",
    "httpRequest": "httpRequest",
    f"{PREFIX}insertId": "insertId",
    f"{PREFIX}labels": "labels",
    f"{PREFIX}operation": "operation",
    f"{PREFIX}sourceLocation": "sourceLocation",
    f"{PREFIX}spanId": "spanId",
    f"{PREFIX}trace": "trace",
    f"{PREFIX}trace_sampled": "traceSampled",
}
"""Members that become the entry's own fields, by the names of those; the others stay."""

Members = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """Whose lines they are. `service` is that of a line that does not name its function."""

    project: str
    location: str
    revision: str = FIRST_REVISION
    service: str = ""


def entry_of(line: str, source: Source, insert_id: str) -> LogEntry:
    """Return the entry of a line; `insert_id` is its id unless the line has one of its own."""
    members = _members(line)
    function = members.get("function")
    entry = _structured(members) or LogEntry.pb(LogEntry(text_payload=line))
    entry.log_name = f"projects/{source.project}/logs/{LOG}"
    entry.insert_id = entry.insert_id or insert_id
    entry.labels.update(MANAGED_BY)
    _fill_resource(entry, source, function)
    made: LogEntry = LogEntry.wrap(entry)
    return made


def _members(line: str) -> Members:
    """Return a JSON object's members; none of a line that is none, or is nested too deeply."""
    try:
        read = json.loads(line, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) and _depth(read) <= MAX_DEPTH else {}


def _depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_depth, value), default=0)
    return 0


def _structured(members: Members) -> Message | None:
    """Return the entry of an object; None of one that Cloud Logging cannot hold.

    That is an empty one, and one with half of a surrogate pair in a text.
    """
    if not members:
        return None
    entry = LogEntry.pb(LogEntry())
    try:
        _lift(members, entry)
        _fill_payload(members, entry)
    except ValueError:
        return None
    return entry


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _lift(members: Members, entry: Message) -> None:
    """Move the special members into the entry; one that does not fit its field stays."""
    for name, field in SPECIAL.items():
        if name in members and _set(entry, field, members[name]):
            del members[name]


def _set(entry: Message, field: str, value: object) -> bool:
    made = type(entry)()
    told = value.upper() if field == "severity" and isinstance(value, str) else value
    try:
        json_format.ParseDict({field: told}, made)
    except json_format.ParseError:
        return False
    entry.MergeFrom(made)
    return True


def _fill_payload(members: Members, entry: Message) -> None:
    """A message that is left alone becomes the text; else what is left stays an object."""
    if set(members) == {"message"} and isinstance(members["message"], str):
        entry.text_payload = members["message"]
    else:
        json_format.ParseDict(members, entry.json_payload)
        entry.json_payload.SetInParent()


def _fill_resource(entry: Message, source: Source, function: object) -> None:
    named = function.replace("_", "-") if isinstance(function, str) and function else ""
    service = named or source.service or UNKNOWN
    entry.resource.type = "cloud_run_revision"
    entry.resource.labels.update(
        {
            "project_id": source.project,
            "location": source.location,
            "service_name": service,
            "configuration_name": service,
            "revision_name": f"{service}-{source.revision}",
        }
    )
