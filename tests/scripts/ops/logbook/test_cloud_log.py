"""Reading Cloud Logging by its real client, from a stand-in on the wire."""

from dataclasses import replace

import grpc
import pytest

from scripts.local.standins.server import Fault
from scripts.ops.logbook import cloud_log
from scripts.ops.logbook.log_errors import LogError
from scripts.ops.logbook.reader import opened
from scripts.ops.logbook.source import Source
from tests.scripts.ops.logbook.kept import ALL, PROJECT, at, entry, logbook, numbers, stand_in


def test_the_newest_lines() -> None:
    """The newest are returned, the oldest of them first."""
    log = stand_in()
    log.write(*(entry(n, n=n) for n in (2, 0, 3, 1)))
    with logbook(log) as book:
        assert numbers(book.newest(ALL, 3)) == [1, 2, 3]
        assert numbers(book.newest(ALL, 10)) == [0, 1, 2, 3]


def test_what_is_not_a_functions() -> None:
    """What else the project logs is left out."""
    log = stand_in()
    other = entry(n=1)
    other.labels.clear()
    log.write(other, entry(1, n=2))
    with logbook(log) as book:
        assert numbers(book.newest(ALL, 10)) == [2]


def test_reads_are_few() -> None:
    """Of Cloud Logging's 60 reads a minute one serves a thousand lines."""
    log = stand_in()
    for start in range(0, 2500, 500):
        log.write(*(entry(n / 100, n=n) for n in range(start, start + 500)))
    with logbook(log) as book:
        assert numbers(book.newest(ALL, 2400)) == list(range(100, 2500))
    assert log.calls == ["ListLogEntries"] * 3


def test_an_id_in_another_case() -> None:
    """Cloud Logging does not tell upper from lower case, and ids do: others do not fill a page."""
    log = stand_in()
    log.write(*(entry(n, request_id="aB" if n < 3 else "Ab", n=n) for n in range(9)))
    with logbook(log) as book:
        assert numbers(book.newest(replace(ALL, request="aB"), 2)) == [1, 2]


def test_a_search_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes too many reads is given up, and that something may be missing is told."""
    monkeypatch.setattr(cloud_log, "MOST_PAGES", 2)
    log, told = stand_in(), list[str]()
    log.write(*(entry(n, request_id="AB", n=n) for n in range(9)))
    with log.serve() as address, opened(Source(PROJECT, "", address), told.append) as book:
        assert book.newest(replace(ALL, request="ab"), 2) == []
    assert len(log.calls) == 2
    assert "Stopped after 2 reads" in told[0]


@pytest.mark.parametrize(
    ("code", "message", "told"),
    [
        (grpc.StatusCode.PERMISSION_DENIED, "denied", "roles/logging.viewer"),
        (
            grpc.StatusCode.PERMISSION_DENIED,
            "Cloud Logging API has not been used in project 1 before or it is disabled.",
            f"gcloud services enable logging.googleapis.com --project {PROJECT}",
        ),
        (grpc.StatusCode.UNAUTHENTICATED, "who?", "gcloud auth application-default login"),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, "quota", "Wait a minute"),
        (grpc.StatusCode.NOT_FOUND, "no project", "Check the name after -P"),
        (grpc.StatusCode.INVALID_ARGUMENT, "Unparseable filter", "refused .*Unparseable filter"),
        (grpc.StatusCode.UNAVAILABLE, "down", "nothing answers there. Start a stack"),
    ],
)
def test_a_refusal(code: grpc.StatusCode, message: str, told: str) -> None:
    """What Cloud Logging refuses is told with what to do next, after one call."""
    log = stand_in()
    log.fault = Fault(code, message)
    with logbook(log) as book, pytest.raises(LogError, match=told) as refused:
        book.newest(ALL, 10)
    assert str(refused.value).startswith(f"{PROJECT} in the stand-in at 127.0.0.1:")
    assert log.calls == ["ListLogEntries"]


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that does not answer is waited for so long, and no longer."""
    monkeypatch.setattr(cloud_log, "SECONDS", 0.2)
    log = stand_in()
    log.fault = Fault(delay_seconds=60)
    with logbook(log) as book, pytest.raises(LogError, match="nothing answers"):
        book.newest(ALL, 10)


def test_a_file_that_cannot_be_read(tmp_path: pytest.TempPathFactory) -> None:
    """A file that cannot be read is told by its name."""
    source = Source(file=str(tmp_path))
    with pytest.raises(LogError, match="cannot be read: Is a directory"), opened(source):
        pass


def test_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is not logged in is told how."""
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(at(0)))  # no such file
    source = Source("conteur-production", "production")
    with pytest.raises(LogError, match="gcloud auth application-default login"), opened(source):
        pass
