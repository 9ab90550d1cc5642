"""A text is compared as a reader sees it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conteur.domain.release.plain import plain
from tests.domain.pieces import PLACES, pieces_of

CYRILLIC_MARK = (
    "\N{CYRILLIC SMALL LETTER A}\N{CYRILLIC SMALL LETTER ES}\N{CYRILLIC SMALL LETTER IE}"
)
UNSEEN = [
    "\N{ZERO WIDTH SPACE}",
    "\N{SOFT HYPHEN}",
    "\N{WORD JOINER}",
    "\N{COMBINING GRAPHEME JOINER}",
    "\N{VARIATION SELECTOR-16}",
    "\N{HANGUL FILLER}",
    "\N{HALFWIDTH HANGUL FILLER}",
    "\N{COMBINING ENCLOSING CIRCLE}",
    "\U000e0061",  # a tag
    "\u2065",  # unassigned
    "\x01",
]


@pytest.mark.parametrize("unseen", UNSEEN, ids=ascii)
def test_what_is_not_seen_is_left_out(unseen: str) -> None:
    """Characters without a shape of their own make no difference."""
    assert plain(f"{unseen}st{unseen}ory{unseen}") == "story"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Once upon\n\ta TIME", "once upon\n\ta time"),
        ("Élève, où\u00a0? Straße", "eleve, ou ? strasse"),
        (
            "\N{FULLWIDTH LATIN CAPITAL LETTER A}\N{MATHEMATICAL BOLD SMALL F}\N{SUPERSCRIPT ONE}",
            "af1",
        ),
        (CYRILLIC_MARK, "ace"),
        ("\N{CYRILLIC CAPITAL LETTER VE}\N{GREEK CAPITAL LETTER EPSILON}", "be"),
        ("\N{LATIN SMALL LIGATURE FI}n", "fin"),
        ("夜、狐", "夜、狐"),
        ("", ""),
    ],
)
def test_letters_as_they_are_read(text: str, seen: str) -> None:
    """Other forms of a letter, and letters that look like it, are that letter."""
    assert plain(text) == seen


@given(text=st.text(), places=PLACES)
def test_each_character_by_itself(text: str, places: list[int]) -> None:
    """A text in pieces gives the same, so nothing grows with what stands around a character."""
    assert "".join(map(plain, pieces_of(text, places))) == plain(text)


@given(text=st.text())
def test_all_forms_of_a_text_are_alike(text: str) -> None:
    """Composed and decomposed, it is the same text."""
    assert plain(unicodedata.normalize("NFC", text)) == plain(unicodedata.normalize("NFD", text))
