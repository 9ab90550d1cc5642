"""What a text looks like, whatever it says: how it ends, its paragraphs, whether it is prose."""

import re

from conteur.domain.draft.typography import (
    GREEK_QUESTION_MARK,
    SENTENCE_MARKS,
    UNSPACED_SENTENCE_MARKS,
)
from conteur.domain.languages import primary_tag

FEWEST_WORDS = 20  # of what may be a story
MOST_SIGNS = 0.02  # of code, by the letter
LIST_SHARE = 0.6  # of the lines
FEWEST_LINES = 3  # of a list

_LONGEST_TAIL = 64
_LAST_WORD = re.compile(r".*[^\W_]", re.DOTALL)
_CLOSING_BRACKETS = "」』"
_EMPTY_LINE = re.compile(r"\n\s*\n")
_SIGN = re.compile(r"[{}\[\]<>=\\|`_]")
_LETTER = re.compile(r"[^\W\d_]")
_NUMBERED = re.compile(r"\s*(?:\d{1,3}[.)]|[•●▪])\s")
_BULLET = re.compile(r"\s*[-*+–]\s+\S")


def ends_whole(text: str, tag: str) -> bool:
    """Tell whether a mark that ends sentences follows the last word.

    In Japanese and Chinese a closing quotation mark ends one as well.
    """
    tail = text[-_LONGEST_TAIL:]
    word = _LAST_WORD.match(tail)
    return _has_mark(tail[word.end() :] if word else tail, tag)


def paragraphs_of(text: str) -> int:
    """Return how many paragraphs there are; lines, where no empty line parts them."""
    blocks = [block for block in _EMPTY_LINE.split(text) if block.strip()]
    return len(blocks) if len(blocks) > 1 else len(text.split("\n")) if blocks else 0


def is_no_story(text: str, words: int, tag: str) -> bool:
    """Tell whether the text is no prose: a few words, no sentence, code, JSON or a list."""
    return (
        words < FEWEST_WORDS
        or not _has_mark(text, tag)
        or _is_json(text.strip())
        or _is_code(text)
        or _is_list(text, tag)
    )


def _has_mark(text: str, tag: str) -> bool:
    marks = SENTENCE_MARKS + UNSPACED_SENTENCE_MARKS
    language = primary_tag(tag)
    if language in ("ja", "zh"):
        marks += _CLOSING_BRACKETS
    elif language == "el":
        marks += GREEK_QUESTION_MARK
    return any(mark in text for mark in marks)


def _is_json(text: str) -> bool:
    return text[:1] in ("{", "[") and text[-1:] in ("}", "]") and '"' in text


def _is_code(text: str) -> bool:
    return len(_SIGN.findall(text)) > MOST_SIGNS * len(_LETTER.findall(text))


def _is_list(text: str, tag: str) -> bool:
    """Tell whether most lines are items: numbered, or after a dash and no sentence.

    Lines of dialogue begin with dashes too, and end as sentences do.
    """
    lines = [line for line in text.split("\n") if line.strip()]
    items = sum(
        _NUMBERED.match(line) is not None
        or (_BULLET.match(line) is not None and not ends_whole(line, tag))
        for line in lines
    )
    return items >= max(FEWEST_LINES, LIST_SHARE * len(lines))
