"""What Cloud Logging refuses in an entry that is written, one rule a function.

A rule answers the message of its refusal, or None. The limits are from the pages named at each
rule; the wording is that of the real service where users quote it in public issues.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from scripts.local.standins.server import Message

DAY = 24 * 60 * 60 * 10**9
RETENTION = 30 * DAY
KILOBYTE = 1024
MAX_ENTRY = 256 * KILOBYTE
MAX_LABELS = 64
MAX_LABEL_KEY = 512
MAX_LABEL_VALUE = 64 * KILOBYTE
MAX_LOG_ID = 511
ELLIPSIS = "…"
PARENT = r"(?:projects|organizations|billingAccounts|folders)/[a-z0-9][a-z0-9:.-]*"
LOG_NAME = re.compile(rf"{PARENT}/logs/((?:[A-Za-z0-9_.-]|%2[Ff])+)")
RESOURCES = {
    "cloud_run_revision": {
        "project_id",
        "service_name",
        "revision_name",
        "configuration_name",
        "location",
    },
    "cloud_function": {"project_id", "function_name", "region"},
    "generic_task": {"project_id", "location", "namespace", "job", "task_id"},
    "global": {"project_id"},
}
"""Of the resource types there are, those of this product.

Source: https://cloud.google.com/monitoring/api/resources
"""
PAYLOADS = {
    "type.googleapis.com/google.cloud.audit.AuditLog",
    "type.googleapis.com/google.appengine.logging.v1.RequestLog",
}


@dataclass(frozen=True, slots=True)
class Written:
    """An entry (protobuf's) with its call's defaults, and the time in nanoseconds."""

    entry: Message
    now: int


Rule = Callable[[Written], str | None]


def log_name(written: Written) -> str | None:
    """An entry is of a log, whose id is of at most 511 letters, digits and `/_-.`.

    Source: https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry
    """
    name = written.entry.log_name
    if not name:
        return "Log entry is missing required field log_name."
    match = LOG_NAME.fullmatch(name)
    if match is None or len(match[1]) > MAX_LOG_ID:
        return f"Log name is not valid: {name}"
    return None


def resource(written: Written) -> str | None:
    """An entry is of a monitored resource, with that type's labels only.

    Source: https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry
    """
    kind = written.entry.resource.type
    if not kind:
        return "Log entry is missing required field resource."
    if kind not in RESOURCES:
        return (
            f"Unknown monitored resource type '{kind}': the stand-in knows {', '.join(RESOURCES)}."
        )
    unknown = sorted(set(written.entry.resource.labels) - RESOURCES[kind])
    return f"Unrecognized label '{unknown[0]}' of resource type '{kind}'." if unknown else None


def future(written: Written) -> str | None:
    """An entry is at most a day ahead.

    Source: https://github.com/googleapis/nodejs-logging-winston/issues/849
    """
    ahead = written.entry.timestamp.ToNanoseconds() - written.now
    return "Timestamp is over a day in the future" if ahead > DAY else None


def size(written: Written) -> str | None:
    """An entry has at most 256 KB.

    Source: https://github.com/mrdulin/nodejs-gcp/issues/9
    """
    found = written.entry.ByteSize()
    if found <= MAX_ENTRY:
        return None
    return (
        f"Log entry with size {found / KILOBYTE:.1f}K exceeds maximum size of "
        f"{MAX_ENTRY / KILOBYTE:.1f}K"
    )


def label_count(written: Written) -> str | None:
    """An entry has at most 64 labels.

    Source: https://cloud.google.com/logging/quotas#log-limits
    """
    count = len(written.entry.labels)
    if count <= MAX_LABELS:
        return None
    return f"Log entry with {count} labels exceeds maximum of {MAX_LABELS} labels."


def proto_payload(written: Written) -> str | None:
    """A protocol buffer in an entry is of Google's own types.

    Source: https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry
    """
    entry = written.entry
    if entry.WhichOneof("payload") != "proto_payload" or entry.proto_payload.type_url in PAYLOADS:
        return None
    return f"Unsupported protoPayload type: {entry.proto_payload.type_url}"


RULES: tuple[Rule, ...] = (log_name, resource, future, size, label_count, proto_payload)


def refusal_of(written: Written) -> str | None:
    """Return the first refusal of an entry."""
    problems = (rule(written) for rule in RULES)
    return next((problem for problem in problems if problem), None)


def is_kept(written: Written) -> bool:
    """Return whether an entry can be listed: one older than its log's retention is taken, and lost.

    Source: https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/write
    """
    return bool(written.now - written.entry.timestamp.ToNanoseconds() <= RETENTION)


def cut_labels(entry: Message) -> None:
    """Cut keys over 512 bytes and values over 64 KB.

    Source: https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry
    """
    for key, value in list(entry.labels.items()):
        del entry.labels[key]
        entry.labels[_cut(key, MAX_LABEL_KEY)] = _cut(value, MAX_LABEL_VALUE)


def _cut(text: str, limit: int) -> str:
    data = text.encode()
    if len(data) <= limit:
        return text
    return data[: limit - len(ELLIPSIS.encode())].decode(errors="ignore") + ELLIPSIS
