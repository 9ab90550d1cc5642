"""Whether those who were asked for are named, as far as spelling can tell."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from conteur.domain.languages import primary_tag
from conteur.domain.quality.chinese import TO_SIMPLIFIED
from conteur.domain.quality.function_words import FUNCTION_WORDS
from conteur.domain.quality.writing import WORD, letters_by_script

# A name's end changes with its case, or its first letters stand after a preposition.
_DECLINED = frozenset({"pl", "cs", "uk", "ru", "fi", "hu", "tr", "ro", "el"})
_PREFIXED = frozenset({"ar", "he"})
_UNSPACED = frozenset({"zh", "ja", "ko"})
_SHORTEST_STEM = 3
_LONGEST_ENDING = 2

# Accents, points and vowel marks, once characters are taken apart (NFKD).
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u093c]+")
_SPELLINGS: dict[int, int | str] = {
    **dict(zip(map(ord, "łøđı"), "lodi", strict=True)),
    ord("æ"): "ae",
    ord("œ"): "oe",
    **{katakana: katakana - 0x60 for katakana in range(0x30A1, 0x30F7)},
    **TO_SIMPLIFIED,
}


def missing_names(text: str, letters: Mapping[str, int], names: Iterable[str], tag: str) -> int:
    """Return how many of `names` the text never has.

    A name in another script than the text, whose `letters` are counted, is not looked for: it
    may be transliterated; neither is a Japanese one in kanji, which may be spelt in kana.
    """
    language, script = primary_tag(tag), _main_script(letters)
    sought = [name for name in names if _is_sought(name, script, language)]
    folded = _folded(text) if sought else ""
    return sum(not _is_named(name, folded, language) for name in sought)


def _is_sought(name: str, script: str, language: str) -> bool:
    own = letters_by_script(name)
    if not own or (language == "ja" and "Hani" in own):
        return False
    return _main_script(own) == script


def _main_script(letters: Mapping[str, int]) -> str:
    """Return the script with the most letters; kana and Chinese characters go together."""
    together = {**letters, "Hani": letters.get("Hani", 0) + letters.get("Kana", 0), "Kana": 0}
    return max(together, key=together.__getitem__) if any(together.values()) else ""


def _is_named(name: str, folded: str, language: str) -> bool:
    """Tell whether one of the name's telling words begins a word of the text."""
    words = WORD.findall(_folded(name))
    telling = [word for word in words if word not in _small_words(language)] or words
    inside = language in _PREFIXED or language in _UNSPACED
    pattern = "|".join(re.escape(_stem(word, language)) for word in telling)
    return re.search(pattern if inside else rf"(?<!\w)(?:{pattern})", folded) is not None


@cache
def _small_words(language: str) -> frozenset[str]:
    return frozenset(_folded(FUNCTION_WORDS.get(language, "")).split())


def _stem(word: str, language: str) -> str:
    if language not in _DECLINED:
        return word
    ending = min(_LONGEST_ENDING, len(word) // _SHORTEST_STEM)
    return word[: max(_SHORTEST_STEM, len(word) - ending)]


def _folded(text: str) -> str:
    """Return the text without what spellings of one name differ in."""
    return "".join(map(_folded_character, text))


@lru_cache(maxsize=4096)
def _folded_character(character: str) -> str:
    # Of a whole text, NFKD takes quadratic time where many marks follow each other.
    apart = unicodedata.normalize("NFKD", character).casefold()
    return _MARKS.sub("", apart.translate(_SPELLINGS))
