"""The functions' lines among the emulators' own."""

import pytest

from scripts.local.function_lines import of_function, without_mark

MARKED = '\x1b[90m> \x1b[39m {"a": 1}\x1b[0m'


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        (MARKED, '{"a": 1}'),
        ('>    File "x"', '  File "x"'),
        ("\x1b[1mi  functions:", "i  functions:"),
    ],
)
def test_without_mark(line: str, plain: str) -> None:
    """A line is as whoever wrote it has written it."""
    assert without_mark(line) == plain


@pytest.mark.parametrize("line", ["i  functions: >  {}", "> npm run", '{"a": 1}', ""])
def test_lines_of_others(line: str) -> None:
    """A line without the mark is not a function's."""
    assert of_function(line) is None


def test_line_of_a_function() -> None:
    """A marked line is a function's, without its mark."""
    assert of_function(MARKED) == '{"a": 1}'
