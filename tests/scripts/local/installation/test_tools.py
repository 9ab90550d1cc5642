"""A tool that is missing or too old is one line that says how to get it."""

import re

import pytest

from scripts.local.errors import LocalStackError
from scripts.local.installation.tools import require_tools
from tests.scripts.local.installation.conftest import NODE, FakeTool


def test_the_version_of_node_is_returned(fake_tool: FakeTool) -> None:
    """Where all tools are there, Node's version is returned."""
    fake_tool("node", f"echo {NODE}")
    fake_tool("npm", "")
    assert require_tools() == NODE


@pytest.mark.parametrize(
    ("node", "problem"),
    [
        (None, "Node.js 20 or newer is missing."),
        ("echo v18.19.0", "Node.js 20 or newer is needed, "),
        ("echo broken", "does not say its version"),
        ("exit 1", "does not say its version"),
        ("echo v22.1.0", "npm is missing."),
    ],
)
def test_a_missing_tool_is_one_line(fake_tool: FakeTool, node: str | None, problem: str) -> None:
    """A missing, old or broken tool is named in one line, with the commands that install it."""
    if node:
        fake_tool("node", node)
    with pytest.raises(LocalStackError, match=re.escape(problem)) as caught:
        require_tools()
    assert "apt-get install" in str(caught.value)
    assert "brew install" in str(caught.value)
    assert "\n" not in str(caught.value)
