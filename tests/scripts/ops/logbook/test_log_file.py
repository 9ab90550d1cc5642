"""The log in a file."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

import pytest
from google.cloud.logging_v2 import types as api
from google.protobuf import json_format

from scripts.ops.logbook.log_errors import LogError
from scripts.ops.logbook.log_file import LogFile
from tests.scripts.ops.logbook.kept import ALL, at, entry, numbers

EVER = datetime.fromtimestamp(0, UTC)


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


@pytest.mark.parametrize(
    "first", ["[2026-11-22 14:00:00 +0000] [1] [INFO] Booting", "[req=a] call.began", "[1, 2]"]
)
def test_a_line_that_begins_with_a_bracket(first: str) -> None:
    """A text is no array: the lines after it are read, and come as they come."""
    lines = log(f"{first}\n{printed(1)}").follow(replace(ALL, since=EVER), 1)
    assert [each.message for each in islice(lines, 2)] == [first, ""]


def test_an_empty_export() -> None:
    """Where nothing was found there is no line."""
    assert log("[]\n").newest(replace(ALL, since=EVER), 10) == []


@pytest.mark.parametrize("other", ['"Booting"', "[1, 2]", "null"])
def test_an_array_of_anything(other: str) -> None:
    """What is no object is a text of the time before it, and what functions printed is that."""
    lines = log(f"[\n{printed(1).strip()},\n{other}]").newest(ALL, 10)
    assert [(each.time, each.message) for each in lines] == [(at(1), ""), (at(1), other)]
    assert lines[0].request_id == "a"


def test_an_array_too_deep() -> None:
    """What nobody can look into is refused, as what is broken is."""
    with pytest.raises(LogError, match="nested too deeply"):
        log(f"[\n{'[' * 5000}").newest(ALL, 10)


def test_following_a_stream() -> None:
    """Lines of a stream come as they are read, before there are others."""
    stream = io.StringIO(printed(1, 2, 3))
    coming = LogFile(stream).follow(replace(ALL, since=at(2)), 1)
    assert next(coming).number("n") == 2
    assert numbers(list(coming)) == [3]
