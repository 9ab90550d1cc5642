"""What libraries, gunicorn and dying threads print of a served function: lines of JSON only."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from tests.clients.backends import gunicorn
from tests.issuer import Issuer
from tests.performance.counting import ask

pytestmark = pytest.mark.server

SOURCE = Path(__file__).with_name("noisy.py")
PROMPT = "a fox who keeps to itself"
KILLED = "Perhaps out of memory"
PATIENCE_SECONDS = 20.0


@dataclass(frozen=True)
class Printed:
    """All that a function has printed, on standard output and standard error."""

    text: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def of(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["event"] == event]


@pytest.fixture(scope="module")
def printed(
    tmp_path_factory: pytest.TempPathFactory, issuer: Issuer, firestore_host: str
) -> Iterator[Printed]:
    """Have everybody talk, and the kernel kill a worker as it does when memory is short."""
    folder = tmp_path_factory.mktemp("noise")
    with gunicorn(folder, issuer, firestore_host, SOURCE) as backend:
        ask(backend.url, "GET", "/noise")
        ask(backend.url, "GET", "/fail")
        with suppress(HTTPException, OSError):
            ask(backend.url, "GET", "/die")
        process = backend.process
        process.wait_for(lambda: KILLED in process.output() or None, "telling", PATIENCE_SECONDS)
        process.stop()
        yield Printed(process.output())


def test_each_line_is_json(printed: Printed) -> None:
    """Cloud Logging can read every line, whoever it is from, and none quotes a request."""
    assert all(line["severity"] in ("INFO", "WARNING", "ERROR") for line in printed.lines)
    assert PROMPT not in printed.text


def test_libraries(printed: Printed) -> None:
    """What libraries warn of is told once each, by the logger and the message's fixed part."""
    told = [(line["logger"], line["said"]) for line in printed.of("library.said")]
    assert told[0] == ("urllib3.connectionpool", "Retrying %s")
    assert [logger for logger, _ in told].count("google.auth") == 1
    assert "openai" not in dict(told)


def test_warnings(printed: Printed) -> None:
    """A warning of Python's has its category and its place."""
    (line,) = printed.of("python.warned")
    assert line["category"] == "RuntimeWarning"
    assert "noisy.py:" in line["place"]


def test_threads(printed: Printed) -> None:
    """A thread that died left its name and its stack."""
    (line,) = printed.of("thread.died")
    assert line["thread"] == "noise"
    assert "in _fail" in line["stack_trace"]


def test_an_exception_that_nobody_caught(printed: Printed) -> None:
    """What Flask says of an exception in a function has its stack, without the text."""
    [line] = [line for line in printed.of("library.said") if "stack_trace" in line]
    assert line["severity"] == "ERROR"
    assert "in generate_story" in line["stack_trace"]


def test_a_worker_that_was_killed(printed: Printed) -> None:
    """That a worker was killed, as the kernel does when memory is short, is told whole."""
    [line] = [line for line in printed.of("library.said") if KILLED in line["said"]]
    assert (line["logger"], line["severity"]) == ("gunicorn.error", "ERROR")
