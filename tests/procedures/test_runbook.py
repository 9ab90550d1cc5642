"""How a runbook is read."""

from pathlib import Path

import pytest

from tests.procedures.runbook import Cause, Runbook

PAGE = """\
# Trouble

**Fires**: `trouble`.

## Find the cause

1. Look:

   ```sh
   # one line a command
   scripts/logs -P production \\
     --since 1h
   jq . token.txt
   ```

| cause | what you see | what to do |
|---|---|---|
| the *key* | `kind=key`, `(401` | `scripts/config get -P production`, and `THREADS` |
| other | | wait |

| setting | what |
|---|---|

## Cure
"""


@pytest.fixture
def page(tmp_path: Path) -> Runbook:
    (path := tmp_path / "trouble.md").write_text(PAGE)
    return Runbook(path)


def test_commands(page: Runbook) -> None:
    """A block's lines are commands; one that goes on is whole, and a comment is none."""
    section = page.section("Find the cause")
    assert section.commands == ("scripts/logs -P production --since 1h", "jq . token.txt")
    assert section.ours == ("scripts/logs -P production --since 1h",)
    assert page.commands == section.commands


def test_causes(page: Runbook) -> None:
    """The table's rows have literals to look for, and commands to give."""
    key, other = page.causes
    assert (key.name, key.sees) == ("the key", ("kind=key", "(401"))
    assert key.commands == ("scripts/config get -P production",)
    assert other == Cause("other", (), "wait")
    assert page.others("other") == {"kind=key", "(401"}


def test_headings_and_codes(page: Runbook) -> None:
    """A comment of a block is no heading, and a block's text no literal."""
    assert page.headings == (1, 2, 2)
    assert page.codes[:2] == ("trouble", "kind=key")
    assert "jq" not in " ".join(page.codes)
