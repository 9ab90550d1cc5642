"""What libraries, warnings and dying threads say, as lines of the log."""

import io
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
from conteur.telemetry.redaction import WITHHELD

PROMPT = "a fox who is afraid"
Lines = Callable[[], list[dict[str, Any]]]
SCRIPT = """
from conteur.telemetry import foreign
foreign.take_over()
raise ValueError("a fox who is afraid")
"""
CLIENTS = """
import logging
from google.auth.credentials import AnonymousCredentials
from google.cloud.secretmanager import SecretManagerServiceClient
from conteur.telemetry import foreign
{}
logging.getLogger("google.auth.transport").warning("Refreshing %s", "a fox who is afraid")
logging.getLogger("google.auth").error("Retry %s of %s", 1, 2)
"""
CLIENT, TAKE_OVER = (
    "SecretManagerServiceClient(credentials=AnonymousCredentials())",
    "foreign.take_over()",
)


def printed_by(script: str) -> list[str]:
    """Run a script in a process of its own that may print on standard output only."""
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd="functions", capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    """Take over for one test; return the lines so far."""
    root, gunicorn = logging.getLogger(), logging.getLogger(foreign.GUNICORN)
    for owner, name in ((threading, "excepthook"), (sys, "excepthook"), (sys, "unraisablehook")):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    monkeypatch.setattr(logging, "raiseExceptions", True)
    monkeypatch.setattr(logging, "lastResort", logging.lastResort)
    google = logging.getLogger(foreign.GOOGLE)
    monkeypatch.setattr(google, "propagate", google.propagate)
    handlers, filters, googles = [*root.handlers], [*gunicorn.filters], [*google.handlers]
    foreign.take_over()
    yield lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    root.handlers[:], gunicorn.filters[:], google.handlers[:] = handlers, filters, googles


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
    assert (line["severity"], line["said"]) == ("ERROR", WITHHELD)
    assert PROMPT not in str(line)


@pytest.mark.parametrize("steps", [(CLIENT, TAKE_OVER), (TAKE_OVER, CLIENT)])
def test_googles_own(steps: tuple[str, str]) -> None:
    """Google's libraries are heard once each, whenever their first client was made."""
    said = [json.loads(line) for line in printed_by(CLIENTS.format("\n".join(steps)))]
    assert [(line["logger"], line["said"]) for line in said] == [
        ("google.auth.transport", "Refreshing %s"),
        ("google.auth", "Retry 1 of 2"),
    ]


@pytest.mark.parametrize(
    ("logger", "arguments"), [("openai", ()), ("openai", (1,)), (foreign.GUNICORN, ())]
)
def test_a_message_that_was_put_together(
    lines: Lines, logger: str, arguments: tuple[int, ...]
) -> None:
    """A message that is not in the source as it is may quote anything, arguments or none."""
    logging.getLogger(logger).warning(f"{PROMPT} %s", *arguments)  # noqa: G004 - likewise
    assert [line["said"] for line in lines()] == [WITHHELD]


def test_a_message_without_arguments(lines: Lines) -> None:
    """A message that is in the source as it is quotes nobody, and is told."""
    logging.getLogger("urllib3").warning("The pool is full")
    assert [line["said"] for line in lines()] == ["The pool is full"]


@pytest.mark.parametrize(
    ("message", "arguments"),
    [("%d of %d", (5,)), ("100% of %s", (5,)), ("%d", (float("nan"),)), ("%d", (float("inf"),))],
)
def test_arguments_that_do_not_fit(
    lines: Lines, message: str, arguments: tuple[float, ...]
) -> None:
    """Whoever logs with a mistake goes on, and is told by what they wrote."""
    logging.getLogger(foreign.GUNICORN).warning(message, *arguments)
    assert [line["said"] for line in lines()] == [message]


def test_a_library_with_a_handler_of_its_own(
    lines: Lines, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a library's own handler cannot format is not printed with its arguments."""
    logger = logging.getLogger("urllib3")
    own = logging.StreamHandler(sys.stderr)
    logger.addHandler(own)
    logger.warning("%d of %d", PROMPT)  # noqa: PLE1206 - the mistake itself
    logger.removeHandler(own)
    printed = capsys.readouterr()
    assert json.loads(printed.out)["said"] == "%d of %d"
    assert printed.err == ""
    assert lines() == []


@pytest.mark.usefixtures("lines")
@pytest.mark.parametrize("speak", ["logging", "warnings"])
@pytest.mark.parametrize("is_there", [True, False])
def test_no_standard_output(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    speak: str,
    *,
    is_there: bool,
) -> None:
    """Where no line can be written, whoever speaks goes on, and the error's type is told."""
    stdout = io.StringIO()
    stdout.close()
    monkeypatch.setattr(sys, "stdout", stdout if is_there else None)
    if speak == "logging":
        logging.getLogger("urllib3").warning("No host %s", PROMPT)
    else:
        warnings.showwarning(PROMPT, UserWarning, "x.py", 1)
    told = json.loads(capsys.readouterr().err)
    assert told["event"] == {"logging": "library.said", "warnings": "python.warned"}[speak]
    assert PROMPT not in str(told)


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


def test_a_thread_that_ends(lines: Lines) -> None:
    """A thread that ends itself, as `sys.exit` does, has not died of anything."""
    thread = threading.Thread(target=sys.exit)
    thread.start()
    thread.join()
    assert lines() == []


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
