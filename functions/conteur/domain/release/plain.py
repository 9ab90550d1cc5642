"""A text as a reader sees it, to compare it with another one."""

import unicodedata
from functools import lru_cache

# Controls, formats (as the soft hyphen or the zero-width space), what is no character yet, and
# marks on letters. https://www.unicode.org/reports/tr44/#General_Category_Values
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Mn", "Me"})
_FILLERS = frozenset("\u115f\u1160")  # letters of Hangul that have no shape
_WHITE_SPACE = frozenset("\t\n\v\f\r")
# Small letters that look like Latin ones, or whose capitals do: Cyrillic, then Greek.
# https://www.unicode.org/reports/tr39/#Confusable_Detection
_LOOKS_LIKE = str.maketrans(
    "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445"
    "\u044c\u0455\u0456\u0458\u0501\u03b1\u03b2\u03b5\u03bf\u03c1",
    "abekmhopctyxbsijdabeop",
)


def plain(text: str) -> str:
    """Return `text` without what is not seen, and with the usual letters for those like them.

    Accents and capitals go as well. Each character is taken by itself: a text in pieces gives the
    same, and marks without end take no longer than other characters.
    """
    if text.isascii() and text.isprintable():
        return text.casefold()
    return "".join(map(_plain_character, text))


@lru_cache(maxsize=4096)
def _plain_character(character: str) -> str:
    """Return the seen part of the character's compatibility decomposition, in one case."""
    if character in _WHITE_SPACE:
        return character
    letters = unicodedata.normalize("NFKD", character).casefold().translate(_LOOKS_LIKE)
    return "".join(letter for letter in letters if _is_seen(letter))


def _is_seen(letter: str) -> bool:
    return unicodedata.category(letter) not in _UNSEEN and letter not in _FILLERS
