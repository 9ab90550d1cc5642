"""The Cloud Logging stand-in, through Google's own client."""

from contextlib import ExitStack

import grpc
import pytest
from google.api_core import exceptions
from google.cloud.logging_v2 import types as api

from scripts.local.standins.cloud_logging.service import MAX_TAILS, LoggingStandIn
from scripts.local.standins.server import Fault
from tests.scripts.local.standins.cloud_logging.clients import (
    LOG,
    PATIENCE,
    Log,
    next_of,
    written_at,
)
from tests.scripts.local.standins.conftest import PROJECT, START, Clock

REQUEST = api.TailLogEntriesRequest(resource_names=[PROJECT])
TOO_LONG = {"text_payload": "x" * 300_000}


def test_read_back(log: Log) -> None:
    """What is written is listed, with a time and an id where it had none, oldest first."""
    log.write({"text_payload": "one"}, {"text_payload": "two"})
    one, two = log.read()
    assert (one.text_payload, two.text_payload) == ("one", "two")
    assert written_at(one) == START + 60
    assert "" < one.insert_id < two.insert_id


def test_defaults_of_a_call(log: Log) -> None:
    """A call's log, resource and labels are those of entries that have none of their own."""
    resource = {"type": "global"}
    entries = [{"text_payload": "x", "labels": {"a": "own"}}]
    request = {
        "entries": entries,
        "log_name": LOG,
        "resource": resource,
        "labels": {"a": "", "b": "1"},
    }
    log.client.write_log_entries(request=request)
    (found,) = log.read()
    assert (found.log_name, found.resource.type) == (LOG, "global")
    assert dict(found.labels) == {"a": "own", "b": "1"}


def test_same_entry_twice(log: Log) -> None:
    """Entries of a project with the same time and id are one, and other times are others."""
    entry = {"insert_id": "a", "timestamp": {"seconds": START}, "text_payload": "x"}
    log.write(entry, entry, {**entry, "timestamp": {"seconds": START + 1}})
    assert len(log.read()) == 2


def test_newest_first(log: Log) -> None:
    """Entries can be asked for newest first."""
    log.write({"text_payload": "one"}, {"text_payload": "two"})
    assert log.texts(order_by="timestamp desc") == ["two", "one"]


def test_other_project(log: Log) -> None:
    """Another project's entries are not listed."""
    log.write({"text_payload": "x", "log_name": "projects/other/logs/a"})
    assert (log.texts(), log.texts(resource_names=["projects/other"])) == ([], ["x"])


def test_all_or_nothing(log: Log) -> None:
    """Of a call with a bad entry nothing is written."""
    with pytest.raises(exceptions.InvalidArgument, match=r"size 293\.\dK exceeds maximum"):
        log.write({"text_payload": "fine"}, TOO_LONG)
    assert log.texts() == []


def test_partial_success(log: Log) -> None:
    """With partial_success the good ones are written, and the answer tells of each bad one."""
    with pytest.raises(exceptions.InvalidArgument) as raised:
        log.write({"text_payload": "fine"}, TOO_LONG, partial_success=True)
    assert log.texts() == ["fine"]
    (packed,) = raised.value.details
    errors = api.WriteLogEntriesPartialErrors.pb(api.WriteLogEntriesPartialErrors())
    assert packed.Unpack(errors)
    assert list(errors.log_entry_errors) == [1]


def test_nothing_written(log: Log) -> None:
    """Where no entry is written the answer tells of none by itself."""
    with pytest.raises(exceptions.InvalidArgument) as raised:
        log.write(TOO_LONG, partial_success=True)
    assert raised.value.details == []


def test_dry_run(log: Log) -> None:
    """A dry run refuses what is bad and writes nothing."""
    log.write({"text_payload": "x"}, dry_run=True)
    assert log.texts() == []
    with pytest.raises(exceptions.InvalidArgument):
        log.write(TOO_LONG, dry_run=True)


def test_logs(log: Log) -> None:
    """The logs that have entries can be listed, and one be deleted once."""
    log.write({"text_payload": "x"}, {"text_payload": "y", "log_name": f"{PROJECT}/logs/b"})
    log.client.delete_log(log_name=LOG)
    assert list(log.client.list_logs(parent=PROJECT)) == [f"{PROJECT}/logs/b"]
    with pytest.raises(exceptions.NotFound):
        log.client.delete_log(log_name=LOG)


def test_tail(log: Log) -> None:
    """A tail has what is written after it began, of what it asked for."""
    log.write({"text_payload": "before", "severity": "ERROR"})
    with log.following("severity>=ERROR") as answers:
        log.write({"text_payload": "fine"}, {"text_payload": "bad", "severity": "ERROR"})
        assert next_of(answers) == ["bad"]


def _can_follow(log: Log) -> bool:
    try:
        with log.following(""):
            return True
    except exceptions.ResourceExhausted:
        return False


def test_tail_that_has_ended(log: Log) -> None:
    """Tails that have ended make room for others, and no more than ten are open at once."""
    with ExitStack() as open_tails:
        for _ in range(MAX_TAILS):
            open_tails.enter_context(log.following(""))
        with pytest.raises(exceptions.ResourceExhausted, match="10 live tailing sessions"):
            log.client.tail_log_entries(iter([REQUEST]), timeout=PATIENCE, retry=None)
    # The server hears of an end after the client has made it.
    assert any(_can_follow(log) for _ in range(PATIENCE * 20))


def test_refused_tail(log: Log) -> None:
    """A tail of a query that cannot be read is refused."""
    request = api.TailLogEntriesRequest(resource_names=[PROJECT], filter="insertId=a:b")
    with pytest.raises(exceptions.InvalidArgument, match="Unparseable filter"):
        log.client.tail_log_entries(iter([request]), timeout=PATIENCE, retry=None)


def test_tail_without_a_request(log: Log) -> None:
    """A stream that asks for nothing ends."""
    nothing: list[api.TailLogEntriesRequest] = []
    assert list(log.client.tail_log_entries(iter(nothing), timeout=PATIENCE, retry=None)) == []


def test_stream_that_fails(log: Log, logging: LoggingStandIn) -> None:
    """A stream can fail on purpose before it answers."""
    logging.fault = Fault(grpc.StatusCode.UNAVAILABLE, methods=frozenset({"TailLogEntries"}))
    with pytest.raises(exceptions.ServiceUnavailable, match="failed on purpose"):
        log.client.tail_log_entries(iter([REQUEST]), timeout=PATIENCE, retry=None)


def test_stream_that_breaks(log: Log, logging: LoggingStandIn) -> None:
    """A stream can break after its first answer."""
    tails = frozenset({"TailLogEntries"})
    logging.fault = Fault(grpc.StatusCode.UNAVAILABLE, lost_answer=True, methods=tails)
    with log.following("") as answers:
        assert isinstance(next_of(answers), exceptions.ServiceUnavailable)


def test_stream_that_is_late(log: Log, logging: LoggingStandIn) -> None:
    """A stream that is only late on purpose answers."""
    logging.fault = Fault(delay_seconds=0.01)
    with log.following("") as answers:
        log.write({"text_payload": "late"})
        assert next_of(answers) == ["late"]


def test_call_of_a_stream(logging: LoggingStandIn) -> None:
    """A stream cannot be called as one answer."""
    with pytest.raises(TypeError, match="TailLogEntries is a stream"):
        logging.call("TailLogEntries", REQUEST)


@pytest.mark.parametrize(("days", "kept"), [(0, 1), (29, 1), (31, 0)])
def test_retention(log: Log, clock: Clock, days: int, kept: int) -> None:
    """An entry that is older than 30 days is taken, and cannot be listed."""
    log.write({"timestamp": {"seconds": int(clock.now) - days * 86_400}, "text_payload": "x"})
    assert len(log.read()) == kept
