"""The Logging query language, seen through the real client library."""

from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.api_core import exceptions
from google.cloud.audit import audit_log_pb2  # type: ignore[import-untyped]  # ships no types
from google.protobuf import any_pb2, struct_pb2

from scripts.local.standins.cloud_logging.service import LoggingStandIn
from tests.scripts.local.standins.cloud_logging.clients import LOG, Log, log_on
from tests.scripts.local.standins.conftest import PROJECT, START


def _packed(message: Any) -> any_pb2.Any:  # noqa: ANN401 - a protobuf message
    packed = any_pb2.Any()
    packed.Pack(message)
    return packed


PAYLOAD = {
    "message": "Call ended",
    "ms": 812,
    "cached": True,
    "none": None,
    "a b": "quoted",
    "steps": [{"name": "one"}, {"name": "two"}],
}
ENTRIES: dict[str, dict[str, Any]] = {
    "A": {
        "severity": "INFO",
        "json_payload": struct_pb2.Struct(),
        "labels": {"goog-managed-by": "cloudfunctions"},
        "trace": "projects/p/traces/t",
        "timestamp": {"seconds": START},
        "http_request": {"status": 503, "latency": {"seconds": 2}},
        "operation": {"first": True},
    },
    "B": {
        "severity": "ERROR",
        "text_payload": 'Boom: the "model" is down',
        "timestamp": {"seconds": START + 1, "nanos": 500},
        "resource": {"type": "cloud_function", "labels": {"function_name": "health"}},
    },
    "C": {
        "severity": "WARNING",
        "proto_payload": _packed(
            audit_log_pb2.AuditLog(method_name="Update", num_response_items=3)
        ),
        "timestamp": {"seconds": START + 2},
        "log_name": f"{PROJECT}/logs/cloudaudit.googleapis.com%2Factivity",
    },
}
FIREBASE = (
    'resource.type="cloud_function" OR (resource.type="cloud_run_revision" AND '
    'labels."goog-managed-by"="cloudfunctions")'
)
"""https://github.com/firebase/firebase-tools/blob/master/src/functions/functionslog.ts"""

ONLY = 'function_name="health"'
MEANT = {
    "": "ABC",
    "   \n ": "ABC",
    "-- a comment\nseverity=INFO -- another": "A",
    # severities are ordered, and may be numbers
    "severity>=WARNING": "BC",
    'severity < "error"': "AC",
    "severity=500": "B",
    "severity!=INFO": "BC",
    "severity=(INFO OR ERROR)": "AB",
    "severity=(NOT INFO)": "BC",
    # OR binds tighter than AND, NOT tighter than OR
    "severity=INFO OR severity=ERROR AND severity=WARNING OR severity=ERROR": "B",
    "NOT severity=INFO OR severity=INFO": "ABC",
    "severity=INFO OR severity=ERROR severity=ERROR": "B",
    "severity>INFO\nseverity<ERROR": "C",
    "(severity=INFO) OR (severity=ERROR AND -severity=INFO)": "AB",
    "NOT NOT severity=INFO": "A",
    # texts, in upper or lower case
    'textPayload="BOOM: the \\"model\\" is down"': "B",
    "textPayload:boom": "B",
    "text_payload:boom": "B",
    'textPayload=""': "AC",
    'textPayload!=""': "B",
    'textPayload>"a"': "B",
    "textPayload:*": "B",
    # regular expressions, case-sensitive, anywhere
    'textPayload=~"^Boom"': "B",
    'textPayload=~"boom"': "",
    'textPayload=~"(?i)boom.*\\"model\\""': "B",
    'textPayload!~"^Boom"': "AC",
    'jsonPayload.message=~"ed$"': "A",
    'jsonPayload.message!~"ed$"': "",
    'jsonPayload.ms=~"8"': "",
    # what a payload's writer put there
    'jsonPayload.message="call ended"': "A",
    "jsonPayload.message:CALL": "A",
    "jsonPayload.ms>811.5": "A",
    'jsonPayload.ms="812"': "A",
    "jsonPayload.ms:812": "A",
    "jsonPayload.ms>-5": "A",
    "jsonPayload.ms<-5": "",
    "jsonPayload.ms=fast": "",
    "jsonPayload.cached=true": "A",
    "jsonPayload.cached=false": "",
    "jsonPayload.none=NULL_VALUE": "A",
    'jsonPayload."a b"=quoted': "A",
    "jsonPayload.steps.name=two": "A",
    "jsonPayload.steps.name=three": "",
    'jsonPayload:"two"': "A",
    'jsonPayload="two"': "",
    "jsonPayload:*": "A",
    "protoPayload.methodName=update": "C",
    "protoPayload:*": "C",
    # a missing field is neither equal nor unequal
    "jsonPayload.nope=1": "",
    "jsonPayload.nope!=1": "",
    "NOT jsonPayload.nope=1": "ABC",
    "jsonPayload.message:*": "A",
    "-jsonPayload.message:*": "BC",
    'labels.nope!=""': "",
    # a field of all entries that is not set is its default
    'trace=""': "BC",
    "trace:*": "A",
    "http_request.status=0": "BC",
    "httpRequest.status>=500": "A",
    'httpRequest.latency>"1.5s"': "A",
    "httpRequest:*": "A",
    "operation.first=true": "A",
    "operation.first=false": "BC",
    "sourceLocation:*": "",
    "insertId:*": "ABC",
    # labels and the resource
    'labels."goog-managed-by"=cloudfunctions': "A",
    "labels.goog-managed-by=cloudfunctions": "A",
    "labels:*": "A",
    "resource.type=cloud_function": "B",
    "resource.labels.function_name=health": "B",
    "resource.labels:*": "ABC",
    f'logName="{LOG}"': "AB",
    f"logName={LOG}": "AB",
    'log_id("cloudaudit.googleapis.com/activity")': "C",
    FIREBASE: "AB",
    f"{FIREBASE}\n(resource.labels.{ONLY} OR resource.labels.service_name=health)": "B",
    # times
    'timestamp>="2027-01-15T08:00:01Z"': "BC",
    'timestamp>"2027-01-15T08:00:01.0000005Z"': "C",
    'timestamp="2027-01-15T09:00:00+01:00"': "A",
    'timestamp>="2027-01-16"': "",
    'timestamp>="2027-01-15" AND timestamp<"2027-01-15T08:00:02Z"': "AB",
    "timestamp:*": "ABC",
    # texts anywhere
    "boom": "B",
    '"the \\"model\\""': "B",
    "health": "B",
    "812": "A",
    "-boom": "AC",
    '"call" OR boom': "AB",
    'SEARCH("down MODEL")': "B",
    'SEARCH("`model is`")': "B",
    'SEARCH("`model down`")': "",
    'SEARCH("mode")': "",
    'SEARCH(textPayload, "boom")': "B",
    'SEARCH(jsonPayload, "boom")': "",
    'SEARCH(jsonPayload, "two")': "A",
}


@pytest.fixture(scope="module")
def entries() -> Iterator[Log]:
    ENTRIES["A"]["json_payload"].update(PAYLOAD)
    standin = LoggingStandIn(lambda: float(START))
    with standin.serve() as address, grpc.insecure_channel(address) as channel:
        log = log_on(channel)
        log.write(*({**entry, "span_id": name} for name, entry in ENTRIES.items()))
        yield log


@pytest.mark.parametrize(("query", "names"), MEANT.items())
def test_meant(entries: Log, query: str, names: str) -> None:
    """A query means the entries that Cloud Logging's documentation says it means."""
    assert "".join(entry.span_id for entry in entries.read(query)) == names


SYNTAX = "Unparseable filter: syntax error at line"
REFUSED = {
    "insertId=abc:def": f"{SYNTAX} 1, column 13, token ':'",
    "severity=INFO\nAND AND x": f"{SYNTAX} 2, column 5, token 'AND'",
    "severity=": f"{SYNTAX} 1, column 10, token ''",
    "(severity=INFO": f"{SYNTAX} 1, column 15, token ''",
    "severity=INFO)": f"{SYNTAX} 1, column 14, token ')'",
    'textPayload="open': f"{SYNTAX} 1, column 13, token '\"'",
    "textPayload='x'": f"{SYNTAX} 1, column 13, token '''",
    '"textPayload"="x"': f"{SYNTAX} 1, column 1, token '\"textPayload\"'",
    "textPayload=~x": f"{SYNTAX} 1, column 14, token 'x'",
    "textPayload=*": f"{SYNTAX} 1, column 13, token '*'",
    "OR": f"{SYNTAX} 1, column 1, token 'OR'",
    "a, b": f"{SYNTAX} 1, column 2, token ','",
    f"{'(' * 51}a{')' * 51}": f"{SYNTAX} 1, column 51, token '('",
    "thud=1": "Field not found: 'thud'",
    "operation.thud=1": "Field not found: 'operation.thud'",
    "textPayload.thud=1": "Field not found: 'textPayload.thud'",
    "timestamp.seconds=1": "Field not found: 'timestamp.seconds'",
    "resource=1": "'resource' has members",
    "labels:a": "'labels' has members",
    "severity=LOUD": "'severity' is a severity: 'LOUD' is none",
    "severity>=warn": "'severity' is a severity: 'warn' is none",
    'timestamp>"yesterday"': "'timestamp' is a timestamp: 'yesterday' is none",
    'timestamp>"2027-01-15T08:00:00"': "'timestamp' is a timestamp",
    "timestamp>2027": "'timestamp' is a timestamp",
    'httpRequest.latency>"long"': "'httpRequest.latency' is a duration",
    "httpRequest.status=abc": "'httpRequest.status' is a number",
    "operation.first=1": "'operation.first' is a boolean",
    'severity=~"E"': "'severity' is no text",
    'textPayload=~"("': "invalid regular expression",
    'textPayload=~"(?=x)"': "no look-around in RE2",
    'ip_in_net(jsonPayload.ip, "10.0.0.0/8")': "ip_in_net with 2 arguments",
    "SEARCH(boom)": "SEARCH with 1 arguments",
    "sample(insertId, 0.01)": "sample with 2 arguments",
}


@pytest.mark.parametrize(("query", "message"), REFUSED.items())
def test_refused(entries: Log, query: str, message: str) -> None:
    """What is not of the language, or not known to the stand-in, is refused, not ignored."""
    with pytest.raises(exceptions.InvalidArgument) as raised:
        entries.read(query)
    assert message in raised.value.message
