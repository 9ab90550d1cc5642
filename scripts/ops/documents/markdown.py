"""A Markdown page, taken apart: headings, links, blocks of code and code in a sentence."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark").enable("table")
_ATTRIBUTE = re.compile(r"""<(?:a|img)\b[^>]*?\b(?:href|src)=["']([^"']*)["']""", re.IGNORECASE)
_NAMED = re.compile(r"""<[a-z][^>]*?\b(?:id|name)=["']([^"']+)["']""", re.IGNORECASE)
_FOLDERS = ("docs", "tests", "functions", "migrations", "monitoring", "deploy", "scripts")
_FOREIGN = {"node_modules", "venv", ".venv", "__pycache__"}


@dataclass(frozen=True)
class Piece:
    """A text of the page, and the line that it begins in."""

    line: int
    text: str


@dataclass(frozen=True)
class Block:
    """A block of code: its language, and its text, whose first line is `line`."""

    line: int
    language: str
    text: str


@dataclass
class Page:
    """A page by its path in the repository, with what it is made of, in its order."""

    name: str
    headings: list[Piece] = field(default_factory=list)
    links: list[Piece] = field(default_factory=list)
    anchors: list[Piece] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    codes: list[Piece] = field(default_factory=list)
    prose: list[Piece] = field(default_factory=list)


def pages(root: Path) -> list[Page]:
    """Return every page of the repository, by name."""
    found = [*root.glob("*.md")]
    for folder in _FOLDERS:
        found += (root / folder).rglob("*.md")
    names = [path.relative_to(root) for path in found]
    return [
        read(name.as_posix(), (root / name).read_text())
        for name in sorted(names)
        if not _FOREIGN & {*name.parts}
    ]


def read(name: str, text: str) -> Page:
    """Return the page that `text` makes."""
    page = Page(name)
    lines = text.splitlines()
    tokens = _PARSER.parse(text)
    line = 0
    for before, token in zip([None, *tokens], tokens, strict=False):
        line = token.map[0] + 1 if token.map else line
        if token.type in {"fence", "code_block"}:
            _block(page, token, line)
        elif token.type == "html_block":
            _html(page, token.content, line)
        elif token.type == "inline":
            if before is not None and before.type == "heading_open":
                page.headings.append(Piece(line, _plain(token.children or [])))
            _inline(page, token, line, lines)
    return page


def _block(page: Page, token: Token, line: int) -> None:
    language = token.info.strip().partition(" ")[0]
    page.blocks.append(Block(line + (token.type == "fence"), language, token.content))


def _html(page: Page, html: str, line: int) -> None:
    for found, pattern in ((page.links, _ATTRIBUTE), (page.anchors, _NAMED)):
        for match in pattern.finditer(html):
            found.append(Piece(line + html.count("\n", 0, match.start()), match[1]))


def _inline(page: Page, token: Token, line: int, lines: list[str]) -> None:
    """Sort a paragraph's parts; each line's end inside it counts."""
    for child in token.children or []:
        if child.type == "code_inline":
            line = _line_of(child.content, line, token, lines)
            page.codes.append(Piece(line, child.content))
        elif child.type == "text":
            page.prose.append(Piece(line, child.content))
        elif child.type == "html_inline":
            _html(page, child.content, line)
        elif child.type in {"softbreak", "hardbreak"}:
            line += 1
        page.links.extend(Piece(line, target) for target in _targets(child))


def _line_of(code: str, line: int, token: Token, lines: list[str]) -> int:
    """Return where a code begins that may stand below a code with a line's end in it."""
    end = token.map[1] if token.map else line
    below = (number for number in range(line, end + 1) if code in lines[number - 1])
    return next(below, line)


def _targets(token: Token) -> Iterator[str]:
    for name in ("href", "src"):
        if name in token.attrs:
            yield str(token.attrs[name])


def _plain(tokens: list[Token]) -> str:
    """Return what a heading shows, without its marks."""
    return "".join(
        _plain(token.children) if token.children else token.content
        for token in tokens
        if token.type in {"text", "code_inline", "softbreak"} or token.children
    )
