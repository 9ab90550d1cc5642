"""A text of a shell, taken apart."""

import pytest

from scripts.ops.documents.shell import ShellError, commands


def words(text: str) -> list[tuple[str, ...]]:
    return [simple.words for simple in commands(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b", [("a", "b")]),
        ("a \\\n  b --c=d", [("a", "b", "--c=d")]),
        ("a | b && c || d; e & f", [("a",), ("b",), ("c",), ("d",), ("e",), ("f",)]),
        ("a  # it's a comment | b\nc", [("a",), ("c",)]),
        ("a b#c '# d'", [("a", "b#c", "# d")]),
        ("a 'b | c' \"d && 'e'\" f\\ g", [("a", "b | c", "d && 'e'", "f g")]),
        ('a "$(b "c d" | e)/f"', [("b", "c d"), ("e",), ("a", "$/f")]),
        ("A=$(b --c='(d)') && e $A", [("b", "--c=(d)"), ("e", "$A")]),
        ("# isn't $(a)\nb $(c)", [("c",), ("b", "$")]),
        ("a '$(b)'", [("a", "$(b)")]),
        ("A=b C='d e' f g", [("f", "g")]),
        ("a > b 2>&1 < c; d 2>/dev/null", [("a",), ("d",)]),
        ("cat > f <<'END'\nA=b | c\nEND\nd", [("cat",), ("d",)]),
        ('for N in a b; do\n  c "$N"; done', [("c", "$N")]),
        (
            "while a; do b; done; if ! c; then d; else e; fi",
            [("a",), ("b",), ("c",), ("d",), ("e",)],
        ),
        ("(a; b)", [("a",), ("b",)]),
        ("a ${B#c:} ${D}", [("a", "${B#c:}", "${D}")]),
        ("", []),
    ],
)
def test_the_commands_of_a_text(text: str, expected: list[tuple[str, ...]]) -> None:
    """Every command is found, those in `$(...)` too, and nothing else."""
    assert words(text) == expected


def test_variables_before_a_command() -> None:
    """They are kept beside the words of the command."""
    [simple] = commands("A=b PATHS='c d' e f=g")
    assert (simple.variables, simple.words) == (("A=b", "PATHS=c d"), ("e", "f=g"))


def test_the_lines_of_commands() -> None:
    """Each command has the line in which it begins, whatever goes on over lines before it."""
    text = 'a \\\n b\nc "$(d)" \\\n e\n\nf; g'
    assert [(each.words[0], each.line) for each in commands(text, 10)] == [
        ("d", 12),
        ("a", 10),
        ("c", 12),
        ("f", 15),
        ("g", 15),
    ]


@pytest.mark.parametrize(("text", "line"), [("a\nb 'c", 1), ('a "b', 0), ("a\n\nb $(c", 2)])
def test_what_is_not_closed(text: str, line: int) -> None:
    """A quote or a `$(` that is not closed is refused with its line."""
    with pytest.raises(ShellError) as caught:
        list(commands(text))
    assert caught.value.line == line
