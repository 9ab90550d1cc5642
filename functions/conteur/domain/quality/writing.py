"""Which scripts a text is written in, by Unicode's blocks, and which one a tag asks for."""

import re
from collections.abc import Mapping
from functools import cache

from conteur.domain.languages import primary_tag
from conteur.domain.quality.chinese import chinese_script, share_of_chinese_script

# Codes are of ISO 15924, blocks of https://www.unicode.org/Public/UNIDATA/Blocks.txt; Kana is
# hiragana as well.
_LETTERS = {
    "Latn": "A-Za-zªº\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u1e00-\u1eff"
    "\uff21-\uff3a\uff41-\uff5a",
    "Cyrl": "\u0400-\u052f",
    "Grek": "\u0370-\u037d\u037f-\u03ff\u1f00-\u1fff",
    "Arab": "\u0620-\u065f\u066e-\u06d3\u06d5-\u06ef\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdff"
    "\ufe70-\ufefc",
    "Hebr": "\u0591-\u05f2\ufb1d-\ufb4f",
    "Deva": "\u0900-\u0963\u0971-\u097f",
    "Kana": "\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\uff66-\uff9f",
    "Hang": "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3",
    "Hani": "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff",
}
# With the vowel signs of Hindi and the points of Hebrew and Arabic, which are no \\w.
WORD = re.compile("[\\w\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0963]+")
_OF_A_LANGUAGE = {
    **dict.fromkeys(("uk", "ru"), ("Cyrl",)),
    "el": ("Grek",),
    "ar": ("Arab",),
    "he": ("Hebr",),
    "hi": ("Deva",),
    "ja": ("Kana", "Hani"),
    "ko": ("Hang", "Hani"),
    "zh": ("Hani",),
}
_LATIN = ("Latn",)
_OF_A_SUBTAG = {
    **{code: (code,) for code in _LETTERS},
    **dict.fromkeys(("Hans", "Hant"), ("Hani",)),
    **dict.fromkeys(("Jpan", "Hira"), ("Kana", "Hani")),
    "Kore": ("Hang", "Hani"),
}

FEWEST_LETTERS = 40  # that a script is told by
_SUBTAG_LENGTH = 4


def letters_by_script(text: str) -> dict[str, int]:
    """Return how many letters of each script `text` has; `Zzzz` are those of all others."""
    found = {code: sum(map(len, each.findall(text))) for code, each in _patterns().items()}
    return {code: letters for code, letters in found.items() if letters}


@cache  # not when this is imported: a cold start has no story yet, and these take milliseconds
def _patterns() -> Mapping[str, re.Pattern[str]]:
    others = "".join(_LETTERS.values())
    return {
        **{code: re.compile(f"[{letters}]+") for code, letters in _LETTERS.items()},
        "Zzzz": re.compile(rf"[^\W\d_{others}]+"),
    }


def scripts_of(tag: str) -> tuple[str, ...]:
    """Return the scripts that a text of this tag is written in; none where that is not known."""
    for subtag in tag.split("-")[1:]:
        if len(subtag) == _SUBTAG_LENGTH:
            return _OF_A_SUBTAG.get(subtag, ())
    return own_scripts(tag)


def own_scripts(tag: str) -> tuple[str, ...]:
    """Return the scripts that the tag's language has, whichever the tag names."""
    return _OF_A_LANGUAGE.get(primary_tag(tag), _LATIN)


def script_share(text: str, letters: Mapping[str, int], tag: str) -> float:
    """Return the share of `letters`, those of `text`, that are of the tag's script.

    1 where they are too few to tell, and where the tag's script is not known.
    """
    total, asked = sum(letters.values()), scripts_of(tag)
    if total < FEWEST_LETTERS or not asked:
        return 1.0
    share = sum(letters.get(script, 0) for script in asked) / total
    which = chinese_script(tag)
    return share * share_of_chinese_script(text, which) if which else share
