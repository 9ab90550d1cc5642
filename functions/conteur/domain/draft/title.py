"""Telling a title from a preamble and from prose, and making one where there is none."""

import re
from enum import Enum, auto

from conteur.domain.draft.typography import (
    AROUND_A_TITLE,
    CLAUSE_ENDS,
    COLONS,
    DASHES,
    QUOTED_LINE,
    SENTENCE_MARKS,
    TITLE_LABELS,
    UNSPACED_SENTENCE_MARKS,
)

LONGEST_LINE = 150
_LONGEST_PLAIN_TITLE = 100
_LONGEST_DERIVED_TITLE = 60
_LONGEST_DERIVED_TITLE_WITHOUT_SPACES = 24

_LABEL = re.compile(
    rf"\A[*_]*(?:{'|'.join(TITLE_LABELS)})[*_]*\s*[{COLONS}][*_]*\s*", re.IGNORECASE
)
_HEADING = re.compile(r"\A#{1,6}\s+")
_EMPHASIS = re.compile(r"([*_]{1,3})(?P<text>(?:(?!\1).)+)\1")
_QUOTED = re.compile(QUOTED_LINE)
_POLITENESS = re.compile(
    r"(?:sure|certainly|of course|absolutely|okay|with pleasure|bien sûr|certainement|avec plaisir"
    r"|d'accord|claro|por supuesto|con gusto|natürlich|gerne?|certo|certamente|com certeza)"
    r"(?: thing)?\s?[!,.](?:.*[!.])?",
    re.IGNORECASE,
)
_SENTENCE_MARK = re.compile(f"[\n{SENTENCE_MARKS}{UNSPACED_SENTENCE_MARKS}]")


class Line(Enum):
    """What one of the model's first lines is."""

    SKIPPED = auto()
    TITLE = auto()
    PROSE = auto()


def read_line(line: str) -> tuple[Line, str]:
    """Return what a whole first line is, and its text without decoration.

    Skipped are rules and code fences, what ends in a colon (a preamble, or a label whose title
    follows), and polite answers. A title is marked as one (heading, emphasis, label) or is a
    short line that does not end as a sentence or a clause does.
    """
    plain = line.strip()
    bare = _undecorated(plain)
    if _is_preamble(plain, bare):
        return Line.SKIPPED, ""
    if _HEADING.match(plain) or _LABEL.match(plain) or _looks_like_title(bare):
        return Line.TITLE, bare
    return Line.PROSE, line


def _is_preamble(plain: str, bare: str) -> bool:
    return (
        not any(character.isalnum() for character in bare)
        or plain.startswith("```")
        or plain.rstrip("*_").endswith(tuple(COLONS))
        or _POLITENESS.fullmatch(plain) is not None
    )


def _looks_like_title(bare: str) -> bool:
    return (
        len(bare) <= _LONGEST_PLAIN_TITLE
        and not bare.endswith(tuple(CLAUSE_ENDS))
        and not bare.startswith(tuple(DASHES))
    )


def _undecorated(line: str) -> str:
    bare = _HEADING.sub("", line)
    for marks in (_EMPHASIS, _QUOTED):
        match = marks.fullmatch(bare)
        bare = match["text"] if match else bare
    bare = _LABEL.sub("", bare)
    bare = bare.strip()
    return bare if bare == line else _undecorated(bare)


def derive_title(text: str) -> str:
    """Return a short title, made from the first words of a story that came without one."""
    first = _SENTENCE_MARK.split(text.strip(AROUND_A_TITLE), maxsplit=1)[0].strip(AROUND_A_TITLE)
    if len(first) <= _LONGEST_DERIVED_TITLE:
        return first or text[:_LONGEST_DERIVED_TITLE_WITHOUT_SPACES]
    start, space, _ = first[:_LONGEST_DERIVED_TITLE].rpartition(" ")
    return (start if space else first[:_LONGEST_DERIVED_TITLE_WITHOUT_SPACES]) + "…"
