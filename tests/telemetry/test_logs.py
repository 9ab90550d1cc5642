"""Log lines, as Cloud Logging and people read them."""

import io
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from conteur.telemetry import context, logs
from conteur.telemetry.context import RequestContext, Trace

REQUEST = RequestContext("req-1", "generate_story")
THREADS = 8
EACH = 200

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    """Return the lines logged so far."""
    return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture(autouse=True)
def leave_afterwards() -> Iterator[None]:
    yield
    context.leave()


def boom(text: str = "a fox who is afraid") -> None:
    raise ValueError(text)


@pytest.mark.parametrize(
    ("log", "severity"),
    [
        (logs.info, "INFO"),
        (logs.warning, "WARNING"),
        (logs.error, "ERROR"),
    ],
)
def test_severity(lines: Lines, log: Callable[[str], None], severity: str) -> None:
    """Each function logs at its severity."""
    log("story.event")
    assert lines()[0]["severity"] == severity


def test_message(lines: Lines) -> None:
    """A message says by itself what happened, and the fields stand beside it."""
    logs.info("story.completed", ms=812, words=400)
    (line,) = lines()
    assert line["message"] == "story.completed ms=812 words=400"
    assert (line["event"], line["ms"], line["words"]) == ("story.completed", 812, 400)


def test_time(lines: Lines) -> None:
    """A line has its time, with its zone."""
    logs.info("story.event")
    assert datetime.fromisoformat(lines()[0]["time"]).tzinfo


def test_request(lines: Lines) -> None:
    """In a request every line says whose it is, and which attempt it is once there is one."""
    context.enter(REQUEST)
    logs.info("story.started")
    context.amend(attempt=2)
    logs.error("story.failed", code="TIMEOUT", ms=30012)
    first, second = lines()
    assert first["message"] == "[req=req-1] story.started"
    assert second["message"] == "[req=req-1 att=2] story.failed code=TIMEOUT ms=30012"
    assert (second["request_id"], second["attempt"]) == ("req-1", 2)
    assert second["function"] == "generate_story"
    assert (first["correlationId"], second["correlationId"]) == ("req-1", "req-1")


def test_correlation_id(lines: Lines) -> None:
    """In every line of a request is the id by which its caller finds it."""
    context.enter(RequestContext("req-1", "store_api", correlation="chosen"))
    logs.info("story.event")
    (line,) = lines()
    assert (line["request_id"], line["correlationId"]) == ("req-1", "chosen")
    assert line["message"] == "[req=req-1 corr=chosen] story.event"


def test_a_correlation_id_like_the_requests(lines: Lines) -> None:
    """A caller's id that is the request's own is not told twice."""
    context.enter(RequestContext("req-1", "store_api", attempt=2, correlation="req-1"))
    logs.info("story.event")
    assert lines()[0]["message"] == "[req=req-1 att=2] story.event"


def test_outside_of_requests(lines: Lines) -> None:
    """A line of nobody's request has none of the ids."""
    logs.info("story.event")
    assert set(lines()[0]) == {"severity", "time", "message", "event"}


def test_trace(lines: Lines) -> None:
    """A line is linked to its request's trace."""
    context.enter(
        RequestContext("req-1", "generate_story", trace=Trace("projects/p/traces/t", "s"))
    )
    logs.info("story.event")
    (line,) = lines()
    assert line["logging.googleapis.com/trace"] == "projects/p/traces/t"
    assert line["logging.googleapis.com/spanId"] == "s"
    assert "logging.googleapis.com/trace_sampled" not in line


def test_sampled_trace(lines: Lines) -> None:
    """A line says that its trace is kept, and names no span where the header had none."""
    trace = Trace("projects/p/traces/t", sampled=True)
    context.enter(RequestContext("req-1", "generate_story", trace=trace))
    logs.info("story.event")
    (line,) = lines()
    assert line["logging.googleapis.com/trace_sampled"] is True
    assert "logging.googleapis.com/spanId" not in line


def test_no_trace(lines: Lines) -> None:
    """A request without a trace is linked to none."""
    context.enter(REQUEST)
    logs.info("story.event")
    assert not [name for name in lines()[0] if name.startswith("logging.")]


@pytest.mark.parametrize(
    ("value", "shown"),
    [("two words", 'x="two words"'), ("a\nb", 'x="a\\nb"'), ("", 'x=""'), (None, "x=None")],
)
def test_awkward_values(lines: Lines, value: str | None, shown: str) -> None:
    """A value with spaces or line ends is quoted, so that the message stays one line."""
    logs.info("event", x=value)
    assert lines()[0]["message"] == f"event {shown}"


@pytest.mark.parametrize("value", ["🦊" * 10, "\ud800", "\u2028", "\x00"])
def test_any_text(lines: Lines, value: str) -> None:
    """Any text is logged and read back as it was, half a surrogate pair too."""
    logs.info("event", x=value)
    assert lines()[0]["x"] == value


def test_not_a_scalar(lines: Lines) -> None:
    """What is no scalar is logged as text, for a log must not fail a request."""
    logs.info("event", x=datetime(2026, 1, 1))  # type: ignore[arg-type]  # noqa: DTZ001 - the mistake itself
    assert lines()[0]["x"] == "2026-01-01 00:00:00"


def test_reserved_names(lines: Lines) -> None:
    """A field cannot pass itself off as the line's severity."""
    logs.error("event", severity="DEBUG")
    assert lines()[0]["severity"] == "ERROR"


def test_stack_at_error(lines: Lines) -> None:
    """An error's line has the stack of its exception."""
    with pytest.raises(ValueError, match="fox") as caught:
        boom()
    logs.error("edge.bug", caught.value)
    (line,) = lines()
    assert "in boom" in line["stack_trace"]
    assert line["error"] == "ValueError: (text withheld: it may quote a request)"


def test_a_key_in_a_stack(lines: Lines) -> None:
    """What looks like a key is cut out of a stack as well, such as of a source's line."""
    with pytest.raises(ValueError, match="12345") as caught:
        boom("sk-test-key-12345")
    logs.error("edge.bug", caught.value)
    (line,) = lines()
    assert 'boom("[REDACTED]")' in line["stack_trace"]
    assert "sk-test" not in str(line)


def test_no_stack_at_warning(lines: Lines) -> None:
    """A warning names its exception without a stack."""
    logs.warning("store.slow", ConnectionResetError(104, "a fox"))
    (line,) = lines()
    assert line["error"] == "ConnectionResetError: [Errno 104] Connection reset by peer"
    assert "stack_trace" not in line


def test_scrubbing(lines: Lines) -> None:
    """A key that got into a field is cut out of the field and of the message."""
    logs.info("event", header="Bearer test-token", text="x\nsk-test-key-12345")
    (line,) = lines()
    assert line["header"] == "[REDACTED]"
    assert line["text"] == "x\n[REDACTED]"
    assert "test-" not in line["message"]


def test_last_resort(lines: Lines) -> None:
    """What may not fail a request is logged as an error, with its fields."""
    logs.last_resort("edge.beside_failed", ValueError("a fox"), thread="t")
    (line,) = lines()
    assert (line["event"], line["severity"], line["thread"]) == ("edge.beside_failed", "ERROR", "t")


def test_logging_itself_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where no line can be written, the error's type is told on standard error, in JSON too."""
    monkeypatch.setattr(sys, "stdout", None)
    logs.last_resort("edge.beside_failed", ValueError("a fox"))
    told = json.loads(capsys.readouterr().err)
    assert told["message"] == "edge.beside_failed ValueError"
    assert told["severity"] == "ERROR"


class HaltingStream(io.StringIO):
    """Lets other threads run in the middle of a write, as a full pipe does."""

    def write(self, text: str) -> int:
        middle = len(text) // 2
        super().write(text[:middle])
        time.sleep(0)
        super().write(text[middle:])
        return len(text)


def test_whole_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines of many threads never mix."""
    stream = HaltingStream()
    monkeypatch.setattr(sys, "stdout", stream)

    def work() -> None:
        for _ in range(EACH):
            logs.info("event")

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events = [json.loads(line)["event"] for line in stream.getvalue().splitlines()]
    assert events == ["event"] * (THREADS * EACH)
