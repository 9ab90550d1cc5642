"""The newest errors of the emulators' log."""

import json
from pathlib import Path

import pytest

from scripts.local.watch.log_tail import KEPT, LONGEST, READ_BYTES, LogTail


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "emulators.log"


def write(log: Path, text: str) -> None:
    with log.open("a") as file:
        file.write(text)


def line(message: object, severity: object = "ERROR") -> str:
    """Return a line as firebase-tools prints what a function has logged, with its colours."""
    entry = {"severity": severity, "message": message, "request_id": "r-1", "time": "2026-01-01"}
    return f"\x1b[90m>\x1b[39m  {json.dumps(entry)}\x1b[0m\n"


def messages(tail: LogTail) -> list[str]:
    return [each["message"] for each in tail.newest()]


def test_errors_and_worse_are_listed_newest_first(log: Path) -> None:
    """Warnings, what is as it should be, and what firebase-tools says itself are left out."""
    write(log, line("one") + line("fine", "INFO") + "i  functions: {no json}\n{}\n")
    write(log, line("not a function's").replace(">", "i"))
    write(log, line("two", "CRITICAL") + line("soon", "WARNING"))
    assert messages(LogTail(log)) == ["two", "one"]


def test_an_entry_tells_of_its_request(log: Path) -> None:
    """Severity, time, message, request and function are told, empty where a line has none."""
    write(log, line("one"))
    assert LogTail(log).newest() == [
        {"severity": "ERROR", "time": "2026-01-01", "message": "one"}
        | {"request": "r-1", "function": ""}
    ]


def test_the_log_is_followed(log: Path) -> None:
    """What is written later is found, a line that was half written when looked at too."""
    tail, whole = LogTail(log), line("late")
    assert messages(tail) == []
    write(log, whole[:30])
    assert messages(tail) == []
    write(log, whole[30:])
    assert messages(tail) == ["late"]


def test_a_flood_is_bounded(log: Path) -> None:
    """No more lines, characters or bytes are kept or read than there is room for."""
    write(log, line("lost") + " " * READ_BYTES + "\n")
    write(log, "".join(line(str(number) * LONGEST) for number in range(KEPT + 5)))
    found = messages(LogTail(log))
    assert (len(found), len(found[0]), "lost" in found) == (KEPT, LONGEST, False)


@pytest.mark.parametrize("severity", [["ERROR"], {"is": "ERROR"}, 500, None, True])
def test_a_severity_of_another_type_is_none(log: Path, severity: object) -> None:
    """A line whose severity is no text is left out, and those beside it are listed."""
    write(log, line("one") + line("odd", severity) + line("two"))
    assert messages(LogTail(log)) == ["two", "one"]


@pytest.mark.parametrize(
    ("message", "told"),
    [({"é": [1]}, '{"é": [1]}'), (["a"], '["a"]'), (4.5, "4.5"), (True, "true"), (None, "")],
)
def test_a_message_of_another_type_is_told_as_json(log: Path, message: object, told: str) -> None:
    """Whatever somebody has logged as a message is a text on the page."""
    write(log, line(message))
    assert messages(LogTail(log)) == [told]


def test_a_line_that_is_nested_too_deeply_is_left_out(log: Path) -> None:
    """What Python's parser gives up on spoils no other line."""
    write(log, f'{{"severity": {"[" * 100_000}}}\n' + line("one"))
    assert messages(LogTail(log)) == ["one"]
