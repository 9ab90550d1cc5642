r"""A text of a shell, taken apart into the commands that it would run.

Read are quotes, comments, lines that end in a backslash, pipes, `&&`, `;`, `$(...)` (whose commands
count as well), variables before a command, redirections, here documents, `for`, `if` and `while`.
What a shell would fill in, `$NAME` and `$(...)`, stays in its word as a `$`.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

HERE = re.compile(r"<<-?\s*(['\"]?)(\w+)\1")
_TOKEN = re.compile(
    r"""
      (?P<comment>(?<![^\s;|&()])\#[^\n]*)
    | (?P<space>(?:[ \t]|\\\n)+)
    | (?P<end>\n|&&|\|\||;;?|[|&()])
    | (?P<redirection>[0-9]*(?:<<<|<<-?|>>|[<>]&|&>|[<>])[ \t]*)
    | (?P<word>(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|\$\{[^}]*\}|[^\s'"\\;|&()<>])+)
    """,
    re.VERBOSE | re.DOTALL,
)
_PART = re.compile(r"'([^']*)'|\"((?:\\.|[^\"\\])*)\"|\\(.)|([^'\"\\]+)", re.DOTALL)
_LANDMARK = re.compile(r"""\\.|\$\(|["']|(?<![^\s;|&()])\#""", re.DOTALL)
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)
_OPENING = {"if", "then", "else", "elif", "while", "until", "do", "!", "{", "time"}
_CLOSING = {"fi", "done", "}", "esac"}


class ShellError(ValueError):
    """The text is none that a shell could read. `line` counts from 0."""

    def __init__(self, problem: str, line: int) -> None:
        """Say what is wrong, and where."""
        super().__init__(problem)
        self.line = line


class Simple(NamedTuple):
    """One command: its words, those set before it (`NAME=value`), and its line, from 0."""

    line: int
    words: tuple[str, ...]
    variables: tuple[str, ...] = ()


def commands(text: str, line: int = 0) -> Iterator[Simple]:
    """Yield the commands of `text`, those in `$(...)` first. Raises ShellError."""
    outside, inside = _substituted(_without_here_documents(text))
    for at, substitution in inside:
        yield from commands(substitution, line + at)
    yield from _simple(outside, line)


def _without_here_documents(text: str) -> str:
    """Empty the lines of here documents, which are data."""
    lines, ending = text.split("\n"), ""
    for number, each in enumerate(lines):
        if ending:
            lines[number] = ""
            ending = "" if each.strip() == ending else ending
        elif match := HERE.search(each):
            ending = match[2]
    return "\n".join(lines)


def _substituted(text: str) -> tuple[str, list[tuple[int, str]]]:
    """Put a `$` for each `$(...)`, and return what stood in them, with their lines."""
    found: list[tuple[int, str]] = []
    kept, position = "", 0
    while (start := _next_substitution(text, position)) is not None:
        end = _closing(text, start + 2)
        found.append((text.count("\n", 0, start), text[start + 2 : end]))
        kept += text[position:start] + "$" + "\\\n" * text.count("\n", start, end)
        position = end + 1
    return kept + text[position:], found


def _next_substitution(text: str, position: int) -> int | None:
    """Return where the next `$(` stands that is in no comment and no single quotes."""
    in_double = False
    while match := _LANDMARK.search(text, position):
        position = match.end()
        if match[0] == '"':
            in_double = not in_double
        elif match[0] == "$(":
            return match.start()
        elif match[0] == "'" and not in_double:
            position = text.find("'", position) + 1 or len(text)
        elif match[0] == "#" and not in_double:
            position = text.find("\n", position) + 1 or len(text)
    return None


def _closing(text: str, position: int) -> int:
    depth, quote = 1, ""
    for index in range(position, len(text)):
        character = text[index]
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        else:
            depth += (character == "(") - (character == ")")
            if not depth:
                return index
    raise ShellError("`$(` is not closed", text.count("\n", 0, position))


def _simple(text: str, line: int) -> Iterator[Simple]:
    words: list[str] = []
    began = position = 0
    redirected = False
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise ShellError("a quote is not closed", line + text.count("\n", 0, position))
        position = match.end()
        if match["word"]:
            began = began if words else line + text.count("\n", 0, match.start())
            words += [] if redirected else [match["word"]]
        elif match["end"]:
            yield from _told(words, began)
            words = []
        redirected = bool(match["redirection"])
    yield from _told(words, began)


def _told(raw: list[str], line: int) -> Iterator[Simple]:
    """Yield the command of these words, if any is left without the shell's own."""
    words = raw
    while words and words[0] in _OPENING:
        words = words[1:]
    if not words or words[0] in _CLOSING or words[0] in {"for", "case"}:
        return
    named = next((n for n, word in enumerate(words) if not _ASSIGNMENT.fullmatch(word)), None)
    if named is not None:
        plain = tuple(map(unquoted, words))
        yield Simple(line, plain[named:], plain[:named])


def unquoted(word: str) -> str:
    """Return the word as a command gets it, but for what a shell fills in."""
    parts = (match.groups("") for match in _PART.finditer(word))
    return "".join(
        single + re.sub(r'\\(["\\$`])', r"\1", double) + escaped + plain
        for single, double, escaped, plain in parts
    )
