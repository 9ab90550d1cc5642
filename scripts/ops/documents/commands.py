"""The commands that pages show: in blocks of a shell, and in code within a sentence."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import product

from scripts.ops.documents.finding import Finding
from scripts.ops.documents.markdown import Block, Page, Piece
from scripts.ops.documents.shell import ShellError, Simple, commands

SHELLS = {"sh", "bash", "shell"}
SESSION = "console"
_PROMPT = "$ "
DATA = {
    *("js", "jsx", "ts", "tsx", "swift", "kotlin", "dart", "python", "html", "css", "diff"),
    *("json", "toml", "yaml", "ini", "dotenv", "csv", "sql", "promql", "text", "mermaid"),
}
"""Languages of blocks that show no command."""

_BEGINNINGS = ("scripts/", ".ci/", "./", ".venv/bin/")
_FLAG = re.compile(r"--?[A-Za-z][\w-]*(?:=.*)?")
_PROGRAM = re.compile(r"[a-z][a-z0-9_-]*")
_ALTERNATIVES = re.compile(r"[\w-]+(?:\|[\w-]+)+")
_ALIKE = 0.8


@dataclass(frozen=True)
class Shown:
    """A command as a page shows it. A mention within a sentence may leave arguments out."""

    page: str
    line: int
    words: tuple[str, ...]
    variables: tuple[str, ...] = ()
    mention: bool = False

    @property
    def text(self) -> str:
        """Return it as one line."""
        return " ".join((*self.variables, *self.words))

    def finding(self, problem: str, remedy: str) -> Finding:
        """Return a finding about this command."""
        return Finding(self.page, self.line, f"`{self.text}`: {problem}", remedy)


def is_known(word: str, names: set[str]) -> bool:
    """Tell a program, or a path of ours that a page runs or names, from other words."""
    return word in names or is_of_ours(word)


def is_of_ours(word: str) -> bool:
    """Tell a path of the repository, such as `scripts/dev`, from a program's name."""
    return word.startswith(_BEGINNINGS)


def shown_by(page: Page, names: set[str]) -> Iterator[Shown | Finding]:
    """Yield the page's commands, and what is none that a shell could read.

    `names` are those of all programs.
    """
    for block in page.blocks:
        yield from _in_block(page, block, names)
    for code in page.codes:
        yield from _in_sentence(page, code, names)


def _in_block(page: Page, block: Block, names: set[str]) -> Iterator[Shown | Finding]:
    if block.language in SHELLS:
        yield from _read(page.name, block.text, block.line)
    elif block.language == SESSION:
        yield from _in_session(page, block)
    elif block.language not in DATA | {""}:
        problem = f"the language `{block.language}` of a block is not known"
        yield Finding(
            page.name, block.line, problem, "add it to DATA, in scripts/ops/documents/commands.py"
        )
    elif not block.language:
        yield from _unmarked(page, block, names)


def _in_session(page: Page, block: Block) -> Iterator[Shown | Finding]:
    """Yield what was typed: after a prompt, and below it while a line ends in a backslash."""
    lines, typed, goes_on = block.text.split("\n"), 0, False
    for number, line in enumerate(lines):
        is_typed = goes_on or line.startswith(_PROMPT)
        lines[number] = (line if goes_on else line.removeprefix(_PROMPT)) if is_typed else ""
        goes_on = is_typed and line.endswith("\\")
        typed += is_typed
    if not typed:
        yield Finding(
            page.name, block.line, "a session types nothing", f"begin it with `{_PROMPT}`"
        )
    yield from _read(page.name, "\n".join(lines), block.line)


def _unmarked(page: Page, block: Block, names: set[str]) -> Iterator[Finding]:
    for number, line in enumerate(block.text.split("\n"), block.line):
        word, _, rest = line.removeprefix(_PROMPT).partition(" ")
        if is_known(word, names) and not rest.startswith("  "):
            yield Finding(page.name, number, "a block shows a command", "begin it with ```sh")
            return


def _in_sentence(page: Page, code: Piece, names: set[str]) -> Iterator[Shown | Finding]:
    for text in _each(code.text):
        try:
            found = list(commands(text))
        except ShellError as error:
            if is_known(text.split(" ")[0], names):
                yield Finding(page.name, code.line, f"`{text}`: {error}", "mend it")
            continue
        if found and _is_command(found[0], names):
            for simple in found:
                yield Shown(page.name, code.line, simple.words, simple.variables, mention=True)


def _is_command(simple: Simple, names: set[str]) -> bool:
    """Tell a command from other code: by its program, one that is spelled alike, or its flags."""
    program, *rest = simple.words
    if is_known(program, names):
        return True
    if not rest or not _PROGRAM.fullmatch(program):
        return False
    alike = get_close_matches(program, names, 1, _ALIKE)
    return bool(alike) or any(_FLAG.fullmatch(word) for word in rest)


def _each(text: str) -> Iterator[str]:
    """Yield the text once for each of `get|set`."""
    choices = (
        word.split("|") if _ALTERNATIVES.fullmatch(word) else [word] for word in text.split(" ")
    )
    return map(" ".join, product(*choices))


def _read(page: str, text: str, line: int) -> Iterator[Shown | Finding]:
    try:
        for simple in commands(text, line):
            yield Shown(page, simple.line, simple.words, simple.variables)
    except ShellError as error:
        yield Finding(page, error.line, f"no shell could read this: {error}", "mend it")


def flags_of(words: tuple[str, ...]) -> list[str]:
    """Return the names of the flags among `words`, without their values."""
    return [word.partition("=")[0] for word in words if _FLAG.fullmatch(word)]


def mentioned_flags(page: Page) -> Iterator[Shown]:
    """Yield the flags that sentences name without their command."""
    for code in page.codes:
        words = tuple(code.text.split())
        if words and _FLAG.fullmatch(words[0]):
            yield Shown(page.name, code.line, words, mention=True)
