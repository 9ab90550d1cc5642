"""Finding where sentences end in a text that still grows."""

import re

from conteur.domain.draft.typography import (
    CLOSING_MARKS,
    GREEK_QUESTION_MARK,
    SENTENCE_MARKS,
    UNSPACED_CLOSING_MARKS,
    UNSPACED_SENTENCE_MARKS,
)
from conteur.domain.languages import primary_tag

# Longer runs of marks end no sentence, so that only a short tail of a text is undecided.
_MOST_MARKS = 32
_MOST_CLOSERS = 8
# That many marks, closers of two characters each, and some white space.
LONGEST_UNDECIDED = 64

_CLOSER = f"[{re.escape(CLOSING_MARKS)}]"
_UNSPACED_CLOSER = f"[{UNSPACED_CLOSING_MARKS}]"
_PARAGRAPH_END = r"(?<=[^\s,;:،])(?=\n\n\S)"


def _pattern(marks: str, closer: str, follower: str) -> re.Pattern[str]:
    """Return what matches the marks that end a sentence, with their closing quotation marks.

    What follows them decides, so marks at the very end of a text do not match yet. The
    quantifiers are possessive (}+): a mark is never parted from those right after it.
    """
    run = rf"(?<![{marks}])[{marks}]{{1,{_MOST_MARKS}}}+(?![{marks}])"
    sentence_end = rf"{run}(?:{closer}){{0,{_MOST_CLOSERS}}}+(?={follower})"
    return re.compile(f"{sentence_end}|{_PARAGRAPH_END}", re.DOTALL)


_SPACED = _pattern(SENTENCE_MARKS, _CLOSER, r"\s+\S")
_UNSPACED = _pattern(UNSPACED_SENTENCE_MARKS, _UNSPACED_CLOSER, r"\s*\S")
_PATTERNS = {
    "fr": _pattern(SENTENCE_MARKS, rf"{_CLOSER}|[ \u00a0\u202f]»", r"\s+[^\s»]"),
    "el": _pattern(SENTENCE_MARKS + GREEK_QUESTION_MARK, _CLOSER, r"\s+\S"),
    "zh": _UNSPACED,
    "ja": _UNSPACED,
}
_UNDECIDED = (
    SENTENCE_MARKS
    + UNSPACED_SENTENCE_MARKS
    + GREEK_QUESTION_MARK
    + CLOSING_MARKS
    + UNSPACED_CLOSING_MARKS
    + " \n\u00a0\u202f"
)

# `Dr` or `M`, before a full stop and a name: a capital with at most one letter after it.
_ABBREVIATION = re.compile(r"(?:\A|\W)([^\W\d_])\w?\Z")
_LONGEST_ABBREVIATION = 2
_FOLLOWING = re.compile(r"\s*(\S)")


class SentenceEnds:
    """Finds sentence ends in one language."""

    def __init__(self, language: str) -> None:
        self._pattern = _PATTERNS.get(primary_tag(language), _SPACED)

    def last(self, text: str, start: int = 0) -> int:
        """Return the index after the last sentence of `text` that surely ends, or 0.

        It surely ends where something follows that cannot belong to it. The search begins at
        `start`: `undecided_from` of the text before it grew.
        """
        ends = [m.end() for m in self._pattern.finditer(text, start) if _ends_sentence(text, m)]
        return ends[-1] if ends else 0

    def last_of_whole(self, text: str) -> int:
        """Return the index after the last whole sentence of a text that grows no more, or 0."""
        return self.last(text + "\nA")


def undecided_from(text: str) -> int:
    """Return where the sentence end that more text may complete begins, at the earliest."""
    tail = text[-LONGEST_UNDECIDED:]
    return len(text) - len(tail) + len(tail.rstrip(_UNDECIDED))


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    following = _FOLLOWING.match(text, match.end())
    if following is not None and following[1].islower():
        return False
    before = text[max(0, match.start() - _LONGEST_ABBREVIATION - 1) : match.start()]
    short = _ABBREVIATION.search(before)
    return match[0] != "." or short is None or not short[1].isupper()
