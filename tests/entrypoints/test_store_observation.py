"""What is logged and counted of a request to the store's routes."""

import json
from typing import Any

import pytest

from conteur.domain.store.publication import Blocked
from conteur.errors import StoreTimeoutError
from conteur.telemetry.registry import EXECUTIONS
from conteur.telemetry.store_metrics import PUBLISHES, UNAUTHORIZED
from tests.entrypoints.store_world import CORRELATION, DUE, PRIVATE, World

TRACE = "0af7651916cd43dd8448eb211c80319c"


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_context(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Every line has the request's correlation id and its trace."""
    trace = f"00-{TRACE}-b7ad6b7169203331-01"
    world.send("publish", X_Correlation_Id=CORRELATION, traceparent=trace)
    lines = _lines(capsys)
    assert [line["event"] for line in lines] == ["Store Publish", "call.ended"]
    for line in lines:
        assert line["correlationId"] == CORRELATION
        assert line["logging.googleapis.com/trace"] == f"projects/demo-conteur/traces/{TRACE}"


def test_counted_once(world: World) -> None:
    """Each request is one execution, whatever it was answered."""
    world.send("status")
    world.call("GET", "/x")
    world.send("publish", b"{")
    assert world.counted(EXECUTIONS) == {
        ("store_api", "completed", "NONE", "NONE"): 1,
        ("store_api", "refused", "ROUTE_NOT_FOUND", "NONE"): 1,
        ("store_api", "refused", "MALFORMED_JSON", "NONE"): 1,
    }


def test_unauthorized(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody without a good token is warned of and counted, and the token is not shown."""
    world.send("status", Authorization="Bearer secret-words")
    line = _lines(capsys)[0]
    assert (line["event"], line["severity"]) == ("Unauthorized", "WARNING")
    assert line["reason"] == "TOKEN_INVALID"
    assert "secret-words" not in json.dumps(line)
    assert sum(world.counted(UNAUTHORIZED).values()) == 1


@pytest.mark.parametrize(("sent", "check"), [("", "missing"), ("Basic words", "scheme")])
def test_nobody_is_signed_in(
    world: World, capsys: pytest.CaptureFixture[str], sent: str, check: str
) -> None:
    """A request without a token says whether it had any, or another scheme's."""
    world.send("status", Authorization=sent)
    line = _lines(capsys)[0]
    assert (line["reason"], line["check"]) == ("NO_TOKEN", check)
    assert "words" not in json.dumps(line)


def test_gate(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A publication that the gate blocks is a refusal, in the log and in the metrics."""
    world.publication = Blocked(PRIVATE, DUE)
    world.send("publish")
    assert [line.get("reason") for line in _lines(capsys)][-1] == "PRECONDITION_REQUIRED"
    assert world.counted(PUBLISHES) == {("blocked",): 1}
    assert ("store_api", "refused", "PRECONDITION_REQUIRED", "NONE") in world.counted(EXECUTIONS)


def test_failed_publish(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A publication that fails says so in the words that operators look for."""
    world.error = StoreTimeoutError("the time was up")
    world.send("publish")
    lines = {line["event"]: line for line in _lines(capsys)}
    assert lines["Store Publish timeout"]["severity"] == "ERROR"
    assert lines["Failed to publish store"]["error"] == "STORE_TIMEOUT"
    assert lines["Store Publish"]["result"] == "failed"


def test_refused_publish(world: World) -> None:
    """A request to publish that gets no further than its token was one all the same."""
    world.send("publish", Authorization="")
    assert world.counted(PUBLISHES) == {("refused",): 1}
