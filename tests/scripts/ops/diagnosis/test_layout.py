"""Lines that fit on a terminal."""

import shlex

import pytest

from scripts.ops.diagnosis.layout import command_lines, shortened, wrapped


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("one two three", "one two three"),
        ("one two six thirteen", "one two six…"),
        ("one two three, four", "one two three,…"),
        ("one twothreefourfivesix", "one twothreefo…"),
    ],
)
def test_a_quote_is_cut_at_a_word(text: str, shown: str) -> None:
    """Within a word only where it is a long one."""
    assert shortened(text, 15) == shown


def test_a_row_goes_on_with_an_indent() -> None:
    """Two more than its own."""
    assert wrapped("  one two three four", 12) == ["  one two", "    three", "    four"]


def test_a_row_is_left_whole_where_no_terminal_is() -> None:
    """So that grep finds what is in it."""
    assert wrapped("  one  two" * 40, None) == ["  one  two" * 40]


def test_an_id_is_never_broken() -> None:
    """It is there to be copied."""
    assert wrapped("id 4f1c2b-4f1c2b", 8) == ["id", "  4f1c2b-4f1c2b"]


def test_beside_a_bar_all_fits() -> None:
    """There a word that is too long goes on below itself."""
    assert wrapped("id 4f1c2b-4f1c2b", 8, in_words=True) == ["id 4f1c2", "  b-4f1c", "  2b"]


def test_a_command_is_broken_between_its_arguments() -> None:
    """A shell takes it as the same command."""
    command = "scripts/config set --local store.enabled=true --reason 'the provider is back'"
    lines = command_lines(command, 40)
    assert len(lines) > 1
    assert all(len(line) <= 40 for line in lines)
    assert lines[-1] == "    --reason 'the provider is back'"
    assert shlex.split("\n".join(lines).replace("\\\n", "")) == shlex.split(command)
