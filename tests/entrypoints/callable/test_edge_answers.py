"""What nobody foresaw of a handler: its client is told of a bug, once, and never left waiting."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from conteur.entrypoints.callable import Call, Emit
from conteur.errors import DeadlineError, OpenAIRateLimitError, Phase
from tests.entrypoints.callable.conftest import STREAM, EdgeUnderTest, events

NOT_JSON = {
    "a set": {"words"},
    "NaN": float("nan"),
    "infinity": float("inf"),
    "half a surrogate pair": "\ud83e",
    "bytes": b"fox",
    "an object": object(),
}
UNFORESEEN = [
    *(Exception("private words"), MemoryError(), RecursionError(), AssertionError(), OSError()),
    *(StopIteration(), SystemExit(1), KeyboardInterrupt(), GeneratorExit()),
    *(asyncio.CancelledError(), BaseException("private words")),
]


def _raise(edge: EdgeUnderTest, error: BaseException) -> None:
    def fail(_call: Call, emit: Emit) -> Mapping[str, Any]:
        emit({"text": "a"})
        raise error

    edge.handler = fail


def _answers(edge: EdgeUnderTest) -> tuple[dict[str, Any], list[Any]]:
    """Call whole and streaming; return the one's error, and the other's events after a chunk."""
    whole = edge.call({}).get_json()["error"]
    return whole, events(edge.post(b'{"data": {}}', STREAM).data)[1:]


def _name(value: object) -> str:
    return type(value).__name__


@pytest.mark.parametrize("error", UNFORESEEN, ids=_name)
def test_unforeseen_error(edge: EdgeUnderTest, error: BaseException) -> None:
    """Whatever else is raised, be it the process's end, is told as BUG, without its text."""
    _raise(edge, error)
    whole, ends = _answers(edge)
    assert whole["details"]["reason"] == "BUG"
    assert [end["error"]["details"]["reason"] for end in ends] == ["BUG"]
    assert "private words" not in str((whole, ends))
    assert [cause for _, cause in edge.observer.failures] == [error, error]


@pytest.mark.parametrize("value", NOT_JSON.values(), ids=NOT_JSON)
def test_result_that_is_no_json(edge: EdgeUnderTest, value: object) -> None:
    """A result that JSON cannot hold is a bug, told as one."""
    edge.handler = lambda _call, _emit: {"value": value}
    assert edge.call({}).get_json()["error"]["details"]["reason"] == "BUG"
    assert [event["error"]["details"]["reason"] for event in edge.stream({})] == ["BUG"]


@pytest.mark.parametrize("value", NOT_JSON.values(), ids=NOT_JSON)
def test_chunk_that_is_no_json(edge: EdgeUnderTest, value: object) -> None:
    """A chunk that JSON cannot hold is not sent: the stream ends with BUG."""

    def emit_value(_call: Call, emit: Emit) -> Mapping[str, Any]:
        emit({"value": value})
        return {}

    edge.handler = emit_value
    assert [event["error"]["details"]["reason"] for event in edge.stream({})] == ["BUG"]


@pytest.mark.parametrize("wait", [float("inf"), float("nan")])
def test_error_that_is_no_json(edge: EdgeUnderTest, wait: float) -> None:
    """An error whose details JSON cannot hold is told as BUG itself."""
    _raise(edge, OpenAIRateLimitError("busy", retry_after_seconds=wait))
    whole, ends = _answers(edge)
    assert whole["details"]["reason"] == "BUG"
    assert [end["error"]["details"]["reason"] for end in ends] == ["BUG"]


def test_error_with_foreign_text(edge: EdgeUnderTest) -> None:
    """Half a surrogate pair in an error's text costs no client the error."""
    _raise(edge, DeadlineError("the fox \ud83e was slow", Phase.IDLE))
    whole, ends = _answers(edge)
    assert whole["message"] == ends[0]["error"]["message"] == "the fox ? was slow"
