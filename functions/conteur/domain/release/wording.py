"""Finding the instructions' own words in a text that still grows."""

import re
from functools import lru_cache

from conteur.domain.release.plain import plain
from conteur.domain.release.watermark import rot13

HARMLESS_WORDS = 3  # of a run may be let out: any story has some of them
QUOTED_WORDS = 8  # in a run are no accident
SCRAP_WORDS = 4
SCATTERED_WORDS = 24  # in different shorter runs, of SCRAP_WORDS or more, are none either

_WORD = re.compile(r"[^\W_]+")
_LONGEST_WORD = 64

_Three = tuple[str, str, str]


@lru_cache(maxsize=8)
def _threes(guarded: tuple[str, ...]) -> frozenset[_Three]:
    """Return every three words of a guarded text that follow one another.

    Also as they follow one another in rot13, and backwards by words or by letters.
    """
    return frozenset(
        three
        for text in guarded
        for row in _rows([word.casefold() for word in _WORD.findall(plain(text))])
        for three in zip(row, row[1:], row[2:], strict=False)
    )


def _rows(words: list[str]) -> tuple[list[str], ...]:
    backwards = words[::-1]
    return words, [rot13(w) for w in words], backwards, [w[::-1] for w in backwards]


class Wording:
    """Reads a text, plain, in pieces of any size, and compares its words with the guarded ones.

    Punctuation and case make no difference. A run is words that follow one another there too; one
    that is repeated, as a refrain is, counts once. `quotes` tells whether the text repeats the
    instructions. While it is `in_a_run` it may turn out to, with what comes after the place
    `held_from` in it.
    """

    def __init__(self, guarded: tuple[str, ...]) -> None:
        self._known = _threes(guarded)
        self._first, self._second = "", ""
        self._unfinished = ""
        self._read = 0
        self._run = 0
        self._new: set[_Three] = set()  # of the run
        self._told: set[_Three] = set()  # in earlier ones
        self._scattered = 0
        self.held_from = 0
        self.quotes = False

    @property
    def in_a_run(self) -> bool:
        """Tell whether the last words follow one another in the instructions too."""
        return self._run > 0

    def feed(self, piece: str) -> None:
        """Read on. A word counts once something follows it."""
        text = self._unfinished + piece
        start = self._read - len(self._unfinished)
        self._read += len(piece)
        self._unfinished = ""
        for word in _WORD.finditer(text):
            if word.end() == len(text):
                self._unfinished = word[0][-_LONGEST_WORD:]
            else:
                self._count(word[0].casefold(), start + word.end())

    def finish(self) -> None:
        """Read the last word: the text is whole."""
        if self._unfinished:
            self._count(self._unfinished.casefold(), self._read)

    def _count(self, word: str, end: int) -> None:
        three = self._first, self._second, word
        self._first, self._second = self._second, word
        if three in self._known:
            self._run_on(three, end)
        elif self._run:
            self._end_run()

    def _run_on(self, three: _Three, end: int) -> None:
        if not self._run:
            self.held_from = end
        self._run = self._run + 1 if self._run else HARMLESS_WORDS
        if three not in self._told:
            self._new.add(three)
        scattered = self._scattered + self._new_words()
        self.quotes = self.quotes or self._run >= QUOTED_WORDS or scattered >= SCATTERED_WORDS

    def _end_run(self) -> None:
        self._scattered += self._new_words()
        if self._run >= SCRAP_WORDS:
            self._told |= self._new
        self._new.clear()
        self._run = 0

    def _new_words(self) -> int:
        """Return how many words of the run count: those in any three that was not told before."""
        return len(self._new) + 2 if self._new and self._run >= SCRAP_WORDS else 0
