"""Whether a text is in the language that was asked for, told by the small words it is made of."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise

from conteur.domain.languages import primary_tag
from conteur.domain.quality.function_words import FUNCTION_WORDS
from conteur.domain.quality.writing import FEWEST_LETTERS, own_scripts, scripts_of

FEWEST_WORDS = 40  # that a language is told by
WINDOW = 60  # words that are told at a time: a text may change its language
USUAL_KANA = 0.4  # of the letters of Japanese, at the least

# What a window must say of the language, in words that no other has, and by how much another one
# may say more: names, songs and cries are small words somewhere.
_LEAST = 1.0
_SLACK = 1.0

_WORD = re.compile(r"[^\W\d_]+")


@cache
def _weights() -> Mapping[str, tuple[tuple[str, float], ...]]:
    """Return what each small word says for its languages: the more have it, the less."""
    owners: dict[str, list[str]] = {}
    for language, words in FUNCTION_WORDS.items():
        for word in set(words.split()):
            owners.setdefault(word, []).append(language)
    return {
        word: tuple((language, 1 / len(mine)) for language in mine) for word, mine in owners.items()
    }


def language_share(text: str, letters: Mapping[str, int], tag: str) -> float:
    """Return the share of `text` that is in the tag's language, 1 where that cannot be told.

    It is told by windows of words; of Japanese and Chinese by kana; of a language that is alone
    in its script by that script, which `letters` counts.
    """
    language, total = primary_tag(tag), sum(letters.values())
    if scripts_of(tag) != own_scripts(tag) or total < FEWEST_LETTERS:
        return 1.0
    if language in FUNCTION_WORDS:
        return _share_of_windows(_WORD.findall(text.lower()), language)
    share = sum(letters.get(script, 0) for script in own_scripts(tag)) / total
    return share * _share_by_kana(letters, language)


def _share_by_kana(letters: Mapping[str, int], language: str) -> float:
    kana, both = letters.get("Kana", 0), letters.get("Kana", 0) + letters.get("Hani", 0)
    if language not in ("ja", "zh") or not both:
        return 1.0
    japanese = min(1.0, kana / both / USUAL_KANA)
    return japanese if language == "ja" else 1 - japanese


def _share_of_windows(words: Sequence[str], language: str) -> float:
    if len(words) < FEWEST_WORDS:
        return 1.0
    count = max(1, len(words) // WINDOW)
    bounds = [len(words) * place // count for place in range(count + 1)]
    windows = (words[start:end] for start, end in pairwise(bounds))
    return sum(_is_in(window, language) for window in windows) / count


def _is_in(window: Sequence[str], language: str) -> bool:
    said: defaultdict[str, float] = defaultdict(float)
    for owners in filter(None, map(_weights().get, window)):
        for owner, weight in owners:
            said[owner] += weight
    return said[language] >= max(_LEAST, max(said.values(), default=0.0) - _SLACK)
