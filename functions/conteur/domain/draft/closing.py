"""The end of what a model wrote: what follows the story's last sentence is taken off."""

import re

from conteur.domain.draft.typography import AROUND_AN_END, COLONS, ENDS
from conteur.domain.languages import primary_tag

# Labels of what is added to a story; the colon tells them from a sentence.
_LABEL = re.compile(
    rf"(?:(?:(?:the|la|die|de) )?mora(?:l|le|leja|ał)(?: [^{COLONS}]{{1,30}})?"
    rf"|word count|nombre de mots)[*_]*\s?[{COLONS}]"
)
_LABEL_STARTS = ("mora", "the mora", "la mora", "die mora", "de mora", "word c", "nombre de m")
_LONGEST_LABEL = 60
_LONGEST_END = 200  # a longer line is prose, so what is held stays short
_FENCE = "```"
_HEADING = re.compile(r"\A\s*#{1,6}\s+")


class Closing:
    """Lets the story's lines through, and drops all from "The End", a moral or a fence on.

    The start of a line is held only while it may still turn out to be one of those. Lines that
    only separate (`* * *`) are held until prose follows them; a heading loses its marks.
    """

    def __init__(self, language: str) -> None:
        ends = ("the end", *ENDS.get(primary_tag(language), ()))
        self._ends = frozenset(end.casefold() for end in ends)
        self._held_starts = (*self._ends, *_LABEL_STARTS, _FENCE)
        self._line = ""
        self._separators = ""
        self._inside_prose = False
        self._ended = False

    def feed(self, piece: str) -> str:
        """Return the prose that is certain now."""
        if self._inside_prose and "\n" not in piece:
            return piece
        *whole, last = piece.split("\n")
        prose = [self._take(line, whole=True) for line in whole]
        prose.append(self._take(last, whole=False))
        return "".join(prose)

    def finish(self) -> str:
        """Return the prose of a last line that was held."""
        return "" if self._inside_prose else self._take("", whole=True)

    def _take(self, part: str, *, whole: bool) -> str:
        """Add `part` to the current line, which it ends if `whole`; return what is certain."""
        if self._ended:
            return ""
        if self._inside_prose:
            self._inside_prose = not whole
            return part + "\n" * whole
        self._line += part
        said = self._line[:_LONGEST_END].strip(AROUND_AN_END).casefold()
        short = len(self._line) < _LONGEST_END
        self._ended = (
            said.startswith(_FENCE)
            or _LABEL.match(said, 0, _LONGEST_LABEL) is not None
            or (whole and short and said in self._ends)
        )
        if self._ended or (not whole and short and self._may_end_story(said)):
            return ""
        return self._release(separates=short and not said, whole=whole)

    def _may_end_story(self, said: str) -> bool:
        if any(start.startswith(said) for start in self._held_starts):
            return True
        return said.startswith(_LABEL_STARTS) and len(said) < _LONGEST_LABEL

    def _release(self, *, separates: bool, whole: bool) -> str:
        line, self._line = self._line + "\n" * whole, ""
        if separates:
            self._separators += line
            return ""
        self._inside_prose = not whole
        separators, self._separators = self._separators, ""
        start, rest = line[:_LONGEST_END], line[_LONGEST_END:]
        return separators + _HEADING.sub("", start) + rest
