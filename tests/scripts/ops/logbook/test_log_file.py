"""The log in a file."""

import io
import json
from dataclasses import replace

import pytest
from google.cloud.logging_v2 import types as api
from google.protobuf import json_format

from scripts.ops.logbook.log_errors import LogError
from scripts.ops.logbook.log_file import LogFile
from tests.scripts.ops.logbook.kept import ALL, at, entry, numbers


def printed(*seconds: int) -> str:
    lines = ({"time": at(each).isoformat(), "request_id": "a", "n": each} for each in seconds)
    return "".join(f"{json.dumps(each)}\n" for each in lines)


def log(text: str) -> LogFile:
    return LogFile(io.StringIO(text))


def test_the_newest_lines() -> None:
    """The newest are returned, in order of time."""
    assert numbers(log(printed(3, 1, 2)).newest(ALL, 2)) == [2, 3]


def test_what_is_not_asked_for() -> None:
    """What is not asked for does not count."""
    assert numbers(log(printed(1, 2, 3)).newest(replace(ALL, until=at(3)), 1)) == [2]


def test_texts_stay_where_they_are() -> None:
    """A text between two lines is of the time of the first, and empty lines are none."""
    lines = log(f"{printed(1)}\nBooting\n{printed(2)}").newest(ALL, 10)
    assert [each.message for each in lines] == ["", "Booting", ""]
    assert lines[1].time == at(1)


@pytest.mark.parametrize("indent", [None, 2])
def test_an_export(indent: int | None) -> None:
    """What gcloud prints as one JSON array is read as its lines are."""
    entries = [entry(2, n=2), entry(1, n=1)]
    told = [json_format.MessageToDict(api.LogEntry.pb(each)) for each in entries]
    assert numbers(log(json.dumps(told, indent=indent)).newest(ALL, 10)) == [1, 2]


def test_a_broken_export() -> None:
    """An array that was cut off is not taken for a whole one."""
    with pytest.raises(LogError, match="Repeat the export"):
        log('[\n{"textPayload": "x"},').newest(ALL, 10)


def test_following_a_stream() -> None:
    """Lines of a stream come as they are read, before there are others."""
    stream = io.StringIO(printed(1, 2, 3))
    coming = LogFile(stream).follow(replace(ALL, since=at(2)), 1)
    assert next(coming).number("n") == 2
    assert numbers(list(coming)) == [3]
