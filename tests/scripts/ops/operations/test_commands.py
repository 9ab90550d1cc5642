"""Running the programs that operations use."""

import sys
from pathlib import Path

import pytest

from scripts.ops.operations.commands import LAST_LINES, Programs, Ran
from scripts.ops.operations.errors import OperationError


def test_both_streams_and_the_code(tmp_path: Path) -> None:
    """What a program printed, wherever, and how it ended."""
    both = "import sys; print('out', flush=True); print('err', file=sys.stderr); sys.exit(3)"
    ran = Programs(tmp_path, {})([sys.executable, "-c", both], seconds=30)
    assert (ran.code, ran.text.split()) == (3, ["out", "err"])


def test_where_and_with_what(tmp_path: Path) -> None:
    """It runs at the root of the checkout, with what is added to its environment."""
    told = "import os; print(os.getcwd(), os.environ['WHERE'])"
    ran = Programs(tmp_path, {"WHERE": "here"})([sys.executable, "-c", told], seconds=30)
    assert ran.text.split() == [str(tmp_path), "here"]


def test_it_cannot_wait_for_an_answer(tmp_path: Path) -> None:
    """A program that asks gets the end of its input at once."""
    ran = Programs(tmp_path, {})([sys.executable, "-c", "input()"], seconds=30)
    assert "EOFError" in ran.text


def test_a_program_that_is_missing(tmp_path: Path) -> None:
    """It says which one, and how to get it."""
    with pytest.raises(OperationError, match="no-such-program is not installed"):
        Programs(tmp_path, {})(["no-such-program"], seconds=1)


def test_a_program_that_hangs(tmp_path: Path) -> None:
    """It is ended, and what it has done is called unknown."""
    hangs = "import threading; threading.Event().wait()"
    with pytest.raises(OperationError, match=r"took longer than 0 s .* not known"):
        Programs(tmp_path, {})([sys.executable, "-c", hangs], seconds=0.2)


def test_the_last_lines() -> None:
    """Of a long output the end is shown, where programs say what was wrong."""
    text = "\n".join(f"line {number}" for number in range(100))
    assert Ran(("firebase",), 1, text).last_lines.splitlines()[-1] == "line 99"
    assert len(Ran(("firebase",), 1, text).last_lines.splitlines()) == LAST_LINES
