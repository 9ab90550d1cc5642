"""What is logged and counted of a call."""

import io
import json
import sys
from typing import Any

import pytest

from conteur.entrypoints.observation import CallObserver
from conteur.errors import ConteurError, InvalidFieldError, OpenAIError, OpenAIFailure
from conteur.telemetry import context
from conteur.telemetry.aggregate import Aggregate, Snapshot
from conteur.telemetry.flushing import Flusher
from conteur.telemetry.instance_state import InstanceState
from conteur.telemetry.registry import EXECUTIONS, FAILURES_IN_ROW, Function
from tests.fakes import FakeClock, FakeLoad

TRACE = "0af7651916cd43dd8448eb211c80319c"
HEADERS = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}


class NoSink:
    """Takes every snapshot."""

    def send(self, snapshot: Snapshot, timeout: float) -> None:
        del snapshot, timeout


class ObservedCalls:
    """An observer, and what it counted."""

    def __init__(self) -> None:
        self.meter = Aggregate()
        self.state = InstanceState(self.meter, "generate_story", FakeLoad())
        self.flusher = Flusher(self.meter, NoSink(), self.state, FakeClock().monotonic)
        self.observer = CallObserver(
            Function.GENERATE_STORY, "demo-conteur", self.meter, self.flusher
        )

    def fail(self, error: ConteurError, queued: float = 0.0) -> None:
        self.observer.started(HEADERS, "made-here")
        self.observer.identified("id-1")
        self.observer.failed(error, None)
        self.observer.ended(error, 1.5, queued)

    def counted(self) -> dict[tuple[str, ...], int]:
        return {
            series.labels: series.value
            for series in self.meter.snapshot().series
            if series.metric is EXECUTIONS and isinstance(series.value, int) and series.value
        }


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_refusal(capsys: pytest.CaptureFixture[str]) -> None:
    """A refused call leaves one line that says why, and counts as no failure of ours."""
    calls = ObservedCalls()
    calls.fail(InvalidFieldError("prompt", "is empty"))
    refusal, end = _lines(capsys)
    assert (refusal["severity"], refusal["reason"], refusal["field"]) == (
        "WARNING",
        "INVALID_FIELD",
        "prompt",
    )
    assert end["outcome"] == "refused"
    assert calls.counted() == {("generate_story", "refused", "INVALID_FIELD", "NONE"): 1}


def test_failure(capsys: pytest.CaptureFixture[str]) -> None:
    """A failure of ours is logged as an error, by its kind, and counted as a failure."""
    calls = ObservedCalls()
    calls.fail(OpenAIError("the key is refused", OpenAIFailure.KEY))
    failure = _lines(capsys)[0]
    assert (failure["severity"], failure["kind"]) == ("ERROR", "key")
    assert calls.counted() == {("generate_story", "failed", "OPENAI_ERROR", "key"): 1}


def test_failures_in_a_row() -> None:
    """Calls that fail by our doing make a row, which the instance's gauges tell."""
    calls = ObservedCalls()
    for error in (OpenAIError("slow", OpenAIFailure.OUTAGE), InvalidFieldError("prompt", "empty")):
        calls.fail(error)
    calls.state.show()
    rows = [one.value for one in calls.meter.snapshot().series if one.metric is FAILURES_IN_ROW]
    assert max(row for row in rows if isinstance(row, int)) == 1


def test_context(capsys: pytest.CaptureFixture[str]) -> None:
    """Every line of a call carries its request id and its trace."""
    ObservedCalls().fail(InvalidFieldError("prompt", "is empty"))
    for line in _lines(capsys):
        assert line["request_id"] == "id-1"
        assert line["logging.googleapis.com/trace"] == f"projects/demo-conteur/traces/{TRACE}"


@pytest.mark.parametrize(("queued", "logged"), [(0.0, None), (0.099, None), (0.1, 100)])
def test_queue(capsys: pytest.CaptureFixture[str], queued: float, logged: int | None) -> None:
    """The end's line tells of a wait for a free thread from a tenth of a second on."""
    ObservedCalls().fail(InvalidFieldError("prompt", "is empty"), queued)
    assert _lines(capsys)[-1].get("queued_ms") == logged


def test_a_log_that_takes_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call whose end cannot be logged is counted out, and its thread is nobody's again."""
    calls = ObservedCalls()
    calls.observer.started(HEADERS, "made-here")
    stdout = io.StringIO()
    stdout.close()
    monkeypatch.setattr(sys, "stdout", stdout)
    with pytest.raises(ValueError, match="closed"):
        calls.observer.ended(None, 1.5, 0.0)
    assert context.current() is None
    calls.state.in_flight.begin()
    assert calls.state.in_flight.end(), "the one that has begun since is the only one"


def test_no_thread_to_send(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call after which no metrics can be sent leaves its thread free as well."""

    def no_thread(_outcome: object) -> None:
        raise RuntimeError("can't start new thread")

    calls = ObservedCalls()
    monkeypatch.setattr(calls.flusher, "on_request_end", no_thread)
    with pytest.raises(RuntimeError):
        calls.fail(InvalidFieldError("prompt", "is empty"))
    assert context.current() is None
