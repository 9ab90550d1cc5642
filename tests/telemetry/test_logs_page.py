"""docs/logs.md, which lists every event."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/logs.md").read_text()
TABLE = PAGE.partition("## Events")[2].partition("\n## ")[0]
LISTED = {
    event
    for row in re.findall(r"^\| (`[^|]+`) \|", TABLE, re.MULTILINE)
    for event in re.findall(r"`([^`]+)`", row)
}
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
