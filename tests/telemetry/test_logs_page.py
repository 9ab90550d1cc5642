"""docs/logs.md, which lists every event."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from conteur.errors import NO_KIND
from conteur.telemetry import context, logs
from conteur.telemetry.context import RequestContext, Trace
from scripts.ops.logbook.events import event_names

ROOT = Path(__file__).parents[2]
LISTED = set(event_names(ROOT))
EXAMPLE: dict[str, Any] = json.loads(
    (ROOT / "docs/logs.md").read_text().partition("```json\n")[2].partition("```")[0]
)
GOOGLE = "logging.googleapis.com"
ENDED = ("outcome", "reason", "ms", "queued_ms")
LEVELS = {"info", "warning", "error", "last_resort"}
TREES = [ast.parse(path.read_text()) for path in sorted((ROOT / "functions/conteur").rglob("*.py"))]
NODES = [node for tree in TREES for node in ast.walk(tree)]
TEXTS = {node.value for node in NODES if isinstance(node, ast.Constant)}


def logged() -> set[str]:
    """Return the events that the product names where it logs."""
    found = set()
    for node in NODES:
        match node:
            case ast.Call(ast.Attribute(ast.Name("logs"), level), [ast.Constant(str(event)), *_]):
                found |= {event} if level in LEVELS else set()
    return found


def test_each_event_is_listed() -> None:
    """Whatever the product logs, the page says what it means."""
    assert len(logged()) > 40
    assert logged() - LISTED == set()


def test_nothing_else_is_listed() -> None:
    """The page lists no event that the product does not have."""
    assert set() == LISTED - TEXTS


def test_the_example_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """The page's line is what the product writes, member for member."""
    trace = Trace(EXAMPLE[f"{GOOGLE}/trace"], EXAMPLE[f"{GOOGLE}/spanId"])
    context.enter(RequestContext(EXAMPLE["request_id"], EXAMPLE["function"], trace=trace))
    try:
        logs.info("call.ended", **{name: EXAMPLE[name] for name in ENDED})
    finally:
        context.leave()
    line = json.loads(capsys.readouterr().out)
    assert list({**line, "time": EXAMPLE["time"]}.items()) == list(EXAMPLE.items())


def test_the_example_has_a_reason() -> None:
    """A call that went well has the reason that the metrics have for it."""
    assert EXAMPLE["reason"] == NO_KIND
