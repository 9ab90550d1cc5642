"""Where the links of all pages lead: files, images, headings; addresses by their form alone."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from posixpath import normpath
from urllib.parse import unquote, urlsplit

from scripts.ops.documents.anchors import anchors_of
from scripts.ops.documents.finding import Finding
from scripts.ops.documents.markdown import Page, Piece

_UNDEFINED = re.compile(r"\[[^\]\[]+\]\[[^\]\[]*\]")
_HALF = re.compile(r"\]\(|\]\s\((?:https?:|[\w./-]+\.md)")
_ADDRESS = re.compile(r"\bhttps?:[^\s<>)\"']*")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.IGNORECASE)
_SPACES = re.compile(r"\s")
_HERE = {"127.0.0.1", "localhost"}
_LINES = re.compile(r"L(\d+)(?:-L(\d+))?")


def check(pages: Mapping[str, Page], root: Path) -> Iterator[Finding]:
    """Yield what is wrong with the links of the `pages`, which are given by name."""
    anchors = {name: anchors_of(page) for name, page in pages.items()}
    for page in pages.values():
        for link in page.links:
            if problem := _problem(page, link.text, root, anchors):
                yield Finding(page.name, link.line, *problem)
        for piece in page.prose:
            yield from _in_prose(page, piece)


_Problem = tuple[str, str] | None


def _problem(page: Page, target: str, root: Path, anchors: Mapping[str, set[str]]) -> _Problem:
    if not target:
        return "a link leads nowhere", "name its target"
    scheme = urlsplit(target).scheme
    if scheme == "mailto":
        return None if "@" in target else (f"`{target}` has no address", "name one")
    if scheme or target.startswith("//"):
        return _of_address(target)
    return _of_file(page, target, root, anchors)


def _of_address(address: str) -> _Problem:
    """Say what is wrong with an address of the web, as far as its form tells."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        return f"`{address}` is no address ({error})", "mend it"
    if host in _HERE:
        return None
    if parts.scheme != "https":
        return f"`{address}` is not https", "link to its https address"
    if not _HOST.fullmatch(host) or _SPACES.search(unquote(address)):
        return f"`{address}` is no address", "mend its host"
    return None


def _of_file(page: Page, target: str, root: Path, anchors: Mapping[str, set[str]]) -> _Problem:
    path, _, anchor = unquote(target).partition("#")
    if path.startswith("/"):
        return f"`{target}` leads out of the repository", "make it relative to the page"
    folder = PurePosixPath(page.name).parent
    name = normpath(folder / path) if path else page.name
    if name.startswith(".."):
        return f"`{target}` leads out of the repository", "make it relative to the page"
    if not (root / name).exists():
        return f"`{target}` leads to {name}, which is not there", "name a file that is"
    return _of_anchor(name, anchor, root, anchors) if anchor else None


def _of_anchor(name: str, anchor: str, root: Path, anchors: Mapping[str, set[str]]) -> _Problem:
    if name in anchors:
        if anchor in anchors[name]:
            return None
        return (
            f"{name} has no heading `#{anchor}`",
            f"name one that it has{_like(anchor, anchors[name])}",
        )
    lines = _LINES.fullmatch(anchor)
    if not lines or not (root / name).is_file():
        return f"{name} has no headings, so no `#{anchor}`", "leave the anchor out"
    last = int(lines[2] or lines[1])
    if last > len((root / name).read_text().splitlines()):
        return f"{name} has no line {last}", "name one that it has"
    return None


def _like(anchor: str, known: set[str]) -> str:
    near = sorted(each for each in known if anchor[:5] in each)
    return f", such as `#{near[0]}`" if near else ""


def _in_prose(page: Page, piece: Piece) -> Iterator[Finding]:
    if match := _UNDEFINED.search(piece.text):
        yield Finding(
            page.name, piece.line, f"`{match[0]}` refers to nothing", "define the reference"
        )
    if _HALF.search(piece.text):
        problem = f"`{piece.text.strip()}` looks like a link and is none"
        yield Finding(page.name, piece.line, problem, "close its brackets, without a space")
        return
    for match in _ADDRESS.finditer(piece.text):
        if wrong := _of_address(match[0].rstrip(".,;:")):
            yield Finding(page.name, piece.line, *wrong)
