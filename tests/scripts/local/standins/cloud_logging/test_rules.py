"""What Cloud Logging's stand-in refuses in an entry, seen through the real client library."""

from typing import Any

import pytest
from google.api_core import exceptions

from scripts.local.standins.cloud_logging.rules import DAY, ELLIPSIS
from tests.scripts.local.standins.cloud_logging.clients import LOG, Log
from tests.scripts.local.standins.conftest import PROJECT, START

REVISION = "cloud_run_revision"
AUDIT = {"type_url": "type.googleapis.com/google.cloud.audit.AuditLog"}
REFUSED: dict[str, dict[str, Any]] = {
    "missing required field log_name": {"log_name": ""},
    f"Log name is not valid: {PROJECT}/logs/a b": {"log_name": f"{PROJECT}/logs/a b"},
    f"Log name is not valid: {PROJECT}/logs/a/b": {"log_name": f"{PROJECT}/logs/a/b"},
    "Log name is not valid: stdout": {"log_name": "stdout"},
    f"Log name is not valid: {PROJECT}/logs/long": {"log_name": f"{PROJECT}/logs/long{'g' * 508}"},
    "missing required field resource": {"resource": {}},
    "Unknown monitored resource type 'gae_app'": {"resource": {"type": "gae_app"}},
    "Unrecognized label 'x'": {"resource": {"type": REVISION, "labels": {"x": "1"}}},
    "over a day in the future": {"timestamp": {"seconds": START + 61 + DAY // 10**9}},
    "exceeds maximum size of 256.0K": {"json_payload": {"x": "x" * 262_144}},
    "65 labels exceeds maximum of 64": {"labels": {str(number): "" for number in range(65)}},
    "Unsupported protoPayload type: x/a.B": {"proto_payload": {"type_url": "x/a.B"}},
}
TAKEN: list[dict[str, Any]] = [
    {"log_name": f"/{LOG}"},
    {"log_name": f"{PROJECT}/logs/{'g' * 511}"},
    {"log_name": "folders/12/logs/a_b-c.d%2Fe"},
    {"timestamp": {"seconds": START + 60 + DAY // 10**9}},
    {"labels": {str(number): "" for number in range(64)}},
    {"proto_payload": AUDIT},
    {"resource": {"type": "cloud_function", "labels": {"function_name": "a"}}},
]


@pytest.mark.parametrize(("message", "entry"), REFUSED.items())
def test_refused(log: Log, message: str, entry: dict[str, Any]) -> None:
    """An entry that breaks one rule is refused by that rule's message."""
    with pytest.raises(exceptions.InvalidArgument) as raised:
        log.write(entry)
    assert message in raised.value.message


@pytest.mark.parametrize("entry", TAKEN)
def test_taken(log: Log, entry: dict[str, Any]) -> None:
    """An entry that just keeps the rules is taken."""
    log.write(entry)


def test_no_entries(log: Log) -> None:
    """A call without entries is refused."""
    with pytest.raises(exceptions.InvalidArgument, match="missing required field entries"):
        log.write()


def test_large_call(log: Log) -> None:
    """A call of more than 10 MB is refused, and one of less is not."""
    entries = [{"text_payload": "x" * 250_000}] * 42
    log.write(*entries[:41])
    with pytest.raises(exceptions.InvalidArgument, match="exceeds the limit: 10485760 bytes"):
        log.write(*entries)


def test_long_labels(log: Log) -> None:
    """Labels that are too long are cut, and end so."""
    log.write({"labels": {"k" * 513: "é" * 32_769, "ok": "v" * 65_536}})
    (found,) = log.read()
    cut = f"{'k' * 509}{ELLIPSIS}"
    assert found.labels["ok"] == "v" * 65_536
    assert found.labels[cut] == f"{'é' * 32_766}{ELLIPSIS}"
