"""What must be in no log: the keys, tokens and texts of all tests so far, and how to find them.

Tests' helpers note what they sign and send; tests/test_private_logs.py, which is played last,
looks for it in every log that is left.
"""

import re
from collections.abc import Collection, Iterator
from pathlib import Path

LEAST_LETTERS = 10  # of a text: a shorter one may stand in a log by chance
HEAD = 6
BEGINNING = re.compile(r"^\W+")
KEY = re.compile(r"\bsk-[\w-]{8,}|\bBearer\s+[\w.~+/=-]{8,}|\beyJ[\w-]{10,}\.[\w-]+\.", re.ASCII)
SIGNATURE = re.compile(r"[\w-]{40,}", re.ASCII)
WORD = re.compile(r"\b\w")
ESCAPE = re.compile(r"\\(u[0-9a-f]{4}|.)")

_signatures: set[str] = set()
_texts: set[str] = set()
_kept: list[tuple[str, str]] = []


def note_token(token: str) -> str:
    """Note a signed token, and return it."""
    _signatures.add(token.rpartition(".")[2])
    return token


def note_request(request: object) -> None:
    """Note what a person wrote: the prompt of a request, and its characters."""
    if isinstance(request, dict):
        characters = request.get("characters")
        people = characters if isinstance(characters, list) else []
        traits = [each.get("traits") for each in people if isinstance(each, dict)]
        for text in (request.get("prompt"), *traits):
            note_text(text)


def note_text(text: object) -> None:
    """Note each line of what a person wrote, or a model tells; not what may be there by chance."""
    for line in text.splitlines() if isinstance(text, str) else ():
        if sum(map(str.isalpha, line)) >= LEAST_LETTERS:
            _texts.add(BEGINNING.sub("", line))


def keep_log(name: str, text: str) -> None:
    """Keep a log whose file is about to be removed."""
    _kept.append((name, text))


def logs_in(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield name and text of each log that was kept, or is a file below the folder."""
    yield from _kept
    for file in sorted(path for path in folder.rglob("*.log") if path.is_file()):
        yield str(file.relative_to(folder)), file.read_text(errors="replace")


def found_in(log: str) -> list[str]:
    """Return what a log has of keys, tokens and texts: each line with what it has."""
    heads: dict[str, list[str]] = {}
    for text in _texts:
        heads.setdefault(text[:HEAD], []).append(text)
    found = []
    for line in log.splitlines():
        said = _plain(line)
        if leaked := [*KEY.findall(said), *_signed(said), *_told(said, heads)]:
            found.append(f"{leaked[0][:60]!r} in: {line[:200]}")
    return found


def _plain(line: str) -> str:
    """Return a line as it is, and as it reads once what JSON escapes, once or twice, is undone."""
    once = ESCAPE.sub(_meant, line)
    return "\n".join(dict.fromkeys((line, once, ESCAPE.sub(_meant, once))))


def _meant(escape: re.Match[str]) -> str:
    letter = escape[1]
    if len(letter) > 1:
        return chr(int(letter[1:], 16))
    return {"n": "\n", "t": "\t", "r": "\r"}.get(letter, letter)


def _signed(said: str) -> Iterator[str]:
    return (each for each in SIGNATURE.findall(said) if each in _signatures)


def _told(said: str, heads: dict[str, list[str]]) -> Iterator[str]:
    for start in (match.start() for match in WORD.finditer(said)):
        for text in _candidates(said, start, heads):
            if said.startswith(text, start):
                yield text


def _candidates(said: str, start: int, heads: dict[str, list[str]]) -> Collection[str]:
    return heads.get(said[start : start + HEAD], ())
