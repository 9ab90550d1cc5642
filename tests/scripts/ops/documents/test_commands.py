"""Where pages show commands, and what is none."""

import pytest

from scripts.ops.documents.commands import Shown, shown_by
from scripts.ops.documents.finding import Finding
from scripts.ops.documents.markdown import read
from tests.scripts.ops.documents.little import block

NAMES = {"git", "jq"}


def found(text: str) -> list[Shown | Finding]:
    return list(shown_by(read("docs/page.md", text), NAMES))


def shown(text: str) -> list[tuple[int, str, bool]]:
    return [(each.line, each.text, each.mention) for each in found(text) if isinstance(each, Shown)]


def problems(text: str) -> list[tuple[int, str]]:
    return [(each.line, each.problem) for each in found(text) if isinstance(each, Finding)]


def test_blocks_of_a_shell() -> None:
    """Each command of a block counts, with its line, in a list too."""
    assert shown(block("a b \\", "  c", "d | e")) == [
        (2, "a b c", False),
        (4, "d", False),
        (4, "e", False),
    ]
    assert shown("1. First:\n\n   ```sh\n   a b\n   ```\n") == [(4, "a b", False)]


def test_a_session_shows_what_was_typed() -> None:
    """In a session only what stands behind the prompt is a command, with the lines that go on."""
    lines = ("$ a \\", "    -b", "printed | too", "$ c")
    assert shown(block(*lines, language="console")) == [(2, "a -b", False), (5, "c", False)]


def test_code_within_a_sentence() -> None:
    """Programs and paths of ours are commands; other words are not."""
    text = "Run `git diff`, `A=b scripts/x y`,\n`.ci/run`; not `z | jq .a`, `Try again`, `a: b`.\n"
    assert shown(text) == [
        (1, "git diff", True),
        (1, "A=b scripts/x y", True),
        (2, ".ci/run", True),
    ]


def test_cells_of_tables() -> None:
    """A pipe that a table's cell escapes is a pipe."""
    assert shown("| a | b |\n|---|---|\n| c | `git log \\| jq .` |\n") == [
        (3, "git log", True),
        (3, "jq .", True),
    ]


def test_alternatives() -> None:
    """`get|set` in a sentence stands for two commands."""
    assert [text for _, text, _ in shown("`scripts/config get|set -P x`")] == [
        "scripts/config get -P x",
        "scripts/config set -P x",
    ]


@pytest.mark.parametrize("code", ["gti diff --stat", "glcoud auth --x", "git dif", "jqq .a b"])
def test_a_program_that_is_spelled_wrong(code: str) -> None:
    """Words with a flag, or alike a program, are taken for a command, and so looked at."""
    assert [text for _, text, _ in shown(f"`{code}`")] == [code]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (block("a 'b"), "no shell could read this: a quote is not closed"),
        (block("a", language="fish"), "the language `fish` of a block is not known"),
        (block("git diff", language=""), "a block shows a command"),
        ("text:\n\n    scripts/x y\n", "a block shows a command"),
        (block("a", language="console"), "a session types nothing"),
        ("`git 'x`", "`git 'x`: a quote is not closed"),
    ],
)
def test_blocks_that_hide_commands(text: str, problem: str) -> None:
    """What could hold commands that nobody checks is named."""
    assert [told for _, told in problems(text)] == [problem]


def test_blocks_of_data() -> None:
    """Blocks of other languages, and trees of files, show no command."""
    assert (
        found(block('{"git": 1}', language="json") + block("scripts/    commands", language=""))
        == []
    )
