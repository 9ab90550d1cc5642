"""Counting words, of a whole text or piece by piece while it grows.

Where words are spaced, a word is what stands between white space or dashes and holds a letter
or a digit: `l'ours` and `rendez-vous` are one word each, `nuit—et` is two, as in LibreOffice
(Help, "Word Count"). Korean is counted by its spaced units likewise.

Chinese and Japanese put no spaces between words. There, three Chinese characters count as two
words and two Japanese ones (kanji or kana) as one: translators estimate 1,300 to 1,800 Chinese
characters for 1,000 English words (AnyCount, "Word Count in Oriental Languages") and two
Japanese characters for one (KantanMT's help on units). So 400 words are about as long to read
in every language.
"""

import re
from typing import NamedTuple

from conteur.domain.languages import primary_tag

# How many characters make how many words.
_RATIOS = {"zh": (3, 2), "ja": (2, 1)}

_UNSPACED_CHARACTER = re.compile(
    "[\u3005-\u3007\u3041-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)
_SPACED_UNIT = re.compile(r"[^\s\u2013-\u2015]+")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")


class WordCount(NamedTuple):
    """The words of a text so far; adding its pieces gives what adding the whole would.

    `language` is a primary tag; `in_word` says that the text ends inside a counted word.
    """

    language: str
    spaced: int = 0
    unspaced: int = 0
    in_word: bool = False

    @property
    def words(self) -> int:
        """Return the words of all that was added; a part of one counts as one."""
        characters, words = _RATIOS.get(self.language, (1, 1))
        return self.spaced - (-self.unspaced * words // characters)

    def plus(self, text: str) -> "WordCount":
        """Return the count with `text` added at the end."""
        if not text:
            return self
        unspaced = 0
        if self.language in _RATIOS:
            text, unspaced = _UNSPACED_CHARACTER.subn(" ", text)
        spaced, in_word = self._spaced_words(text)
        return WordCount(self.language, self.spaced + spaced, self.unspaced + unspaced, in_word)

    def _spaced_words(self, text: str) -> tuple[int, bool]:
        units = _SPACED_UNIT.findall(text)
        if not units:
            return 0, False
        holds_word = [_LETTER_OR_DIGIT.search(unit) is not None for unit in units]
        continues_word = self.in_word and text.startswith(units[0])
        in_word = holds_word[-1] or (continues_word and len(units) == 1)
        already_counted = continues_word and holds_word[0]
        return sum(holds_word) - already_counted, in_word and text.endswith(units[-1])


def words_in(text: str, language: str) -> int:
    """Return the words of a text in the language of the tag."""
    return WordCount(primary_tag(language)).plus(text).words


def characters_for(words: int, language: str) -> int | None:
    """Return how many characters make `words` words, or None where words are spaced."""
    ratio = _RATIOS.get(primary_tag(language))
    return ratio and words * ratio[0] // ratio[1]
