"""What libraries, warnings and dying threads say, as lines of the log."""

import json
import logging
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from conteur.telemetry import foreign

PROMPT = "a fox who is afraid"
Lines = Callable[[], list[dict[str, Any]]]
SCRIPT = """
from conteur.telemetry import foreign
foreign.take_over()
raise ValueError("a fox who is afraid")
"""


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    """Take over for one test; return the lines so far."""
    root, gunicorn = logging.getLogger(), logging.getLogger(foreign.GUNICORN)
    for owner, name in ((threading, "excepthook"), (sys, "excepthook"), (sys, "unraisablehook")):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    monkeypatch.setattr(logging, "raiseExceptions", True)
    monkeypatch.setattr(logging, "lastResort", logging.lastResort)
    handlers, filters = [*root.handlers], [*gunicorn.filters]
    foreign.take_over()
    yield lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    root.handlers[:], gunicorn.filters[:] = handlers, filters


def test_a_librarys_warning(lines: Lines) -> None:
    """A library's message is told by its fixed part, its logger and its place."""
    logging.getLogger("urllib3.pool").warning("Retrying %s after %s", "/path", PROMPT)
    (line,) = lines()
    assert (line["event"], line["severity"]) == ("library.said", "WARNING")
    assert (line["logger"], line["said"]) == ("urllib3.pool", "Retrying %s after %s")
    assert line["place"].startswith("test_foreign.test_a_librarys_warning:")
    assert PROMPT not in str(line)


def test_a_message_without_a_fixed_part(lines: Lines) -> None:
    """A message that may have been put together is withheld: its place tells which it is."""
    logging.getLogger("google.auth").error(f"cannot read {PROMPT}")  # noqa: G004 - as libraries do
    (line,) = lines()
    assert (line["severity"], line["said"]) == ("ERROR", foreign.WITHHELD)
    assert PROMPT not in str(line)


def test_a_librarys_exception(lines: Lines) -> None:
    """An exception comes with its stack, and without its text."""
    try:
        int(PROMPT)
    except ValueError:
        logging.getLogger("openai").exception("failed for %s", PROMPT)
    (line,) = lines()
    assert "test_a_librarys_exception" in line["stack_trace"]
    assert PROMPT not in str(line)


def test_what_is_as_it_should_be(lines: Lines) -> None:
    """What libraries say below WARNING is no line."""
    logging.getLogger("openai").info("HTTP Request: %s", "POST")
    assert lines() == []


@pytest.mark.usefixtures("lines")
def test_gunicorn(capsys: pytest.CaptureFixture[str]) -> None:
    """What gunicorn's master says is told, once, and not by gunicorn's own handler."""
    logger = logging.getLogger(foreign.GUNICORN)
    own = logging.StreamHandler(sys.stderr)
    logger.addHandler(own)
    logger.error("Worker (pid:%s) was sent %s! Perhaps out of memory?", 7, "SIGKILL")
    logger.removeHandler(own)
    printed = capsys.readouterr()
    said = json.loads(printed.out)["said"]
    assert (said, printed.err) == ("Worker (pid:7) was sent SIGKILL! Perhaps out of memory?", "")


def test_gunicorns_own_level(lines: Lines) -> None:
    """Whoever sets gunicorn to tell more is told it, as lines of no concern."""
    logger = logging.getLogger(foreign.GUNICORN)
    before = logger.level
    logger.setLevel(logging.INFO)
    logger.info("Handling signal: %s", "term")
    logger.setLevel(before)
    told = [(line["severity"], line["said"]) for line in lines()]
    assert told == [("INFO", "Handling signal: term")]


@pytest.mark.parametrize("argument", ["/path?wish=fox", "a fox", b"fox", ["fox"]])
def test_what_may_quote_a_request(lines: Lines, argument: object) -> None:
    """An argument that is neither a number nor a word stays out, gunicorn's too."""
    logging.getLogger(foreign.GUNICORN).error("Error handling request %s", argument)
    (line,) = lines()
    assert line["said"] == "Error handling request %s"
    assert "fox" not in str(line)


def test_a_librarys_word(lines: Lines) -> None:
    """A word that a library was given may be anybody's, and stays out."""
    logging.getLogger("urllib3").warning("No host %s", "fox")
    assert [line["said"] for line in lines()] == ["No host %s"]


def test_a_logger_that_passes_nothing_on(
    lines: Lines, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A logger without handlers that does not propagate, as Google's, is heard as well."""
    logger = logging.getLogger("google.of.tests")
    monkeypatch.setattr(logger, "propagate", False)
    logger.warning("Retry %s of %s", 1, 2)
    assert [line["said"] for line in lines()] == ["Retry 1 of 2"]
    assert capsys.readouterr().err == ""


def test_a_warning(lines: Lines) -> None:
    """A warning of Python's is told by its category and its place."""
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(PROMPT, DeprecationWarning, stacklevel=1)
    (line,) = lines()
    assert (line["event"], line["category"]) == ("python.warned", "DeprecationWarning")
    assert "test_foreign.py:" in line["place"]
    assert PROMPT not in str(line)


def test_a_thread_that_dies(lines: Lines) -> None:
    """A thread that dies of an exception leaves its name and the stack."""

    def die() -> None:
        raise ValueError(PROMPT)

    thread = threading.Thread(target=die, name="resolve")
    thread.start()
    thread.join()
    (line,) = lines()
    assert (line["event"], line["thread"]) == ("thread.died", "resolve")
    assert "in die" in line["stack_trace"]
    assert PROMPT not in str(line)


class Failing:
    def __del__(self) -> None:
        raise ValueError(PROMPT)


def test_what_nobody_can_catch(lines: Lines) -> None:
    """An exception in a finalizer is a line as well."""
    Failing()
    (line,) = lines()
    assert line["event"] == "python.unraisable"
    assert PROMPT not in str(line)


def test_a_process_that_dies() -> None:
    """What ends the process is its last line, and nothing else is printed."""
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, cwd="functions", capture_output=True, text=True, check=False)
    line = json.loads(done.stdout)
    assert (line["event"], done.returncode, done.stderr) == ("process.died", 1, "")
    assert PROMPT not in done.stdout
