"""Counting words in the contract's scripts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conteur.domain.languages import PRIMARY_TAGS
from conteur.domain.words import WordCount, characters_for
from tests.domain.counting import count_words


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "", 0),
        ("en", " \n", 0),
        ("en", "The fox didn't run.", 4),
        ("en", "well-known", 1),
        ("en", "night\u2014and day", 3),
        ("en", "It cost 3.50 * 2 ...", 4),
        ("fr", "l'ours et le rendez-vous", 4),
        ("fr", "« Bonjour ! » dit-elle — enfin.", 3),
        ("es", "¿Quién eres tú?", 3),
        ("ar", "ذهب الثعلب، ثم عاد.", 4),
        ("hi", "लोमड़ी सो गई।", 3),
        ("ko", "여우는 밤이 무서웠어요.", 3),
        ("zh", "这是一只鸟", 4),
        ("zh-Hant-TW", "狐狸怕黑。", 3),
        ("zh", "狐狸 Leo 怕黑。", 4),
        ("ja", "きつねは夜がこわい。", 5),
        ("ja", "ロボット R2 が来た", 5),
    ],
)
def test_words_are_counted_as_the_language_writes_them(
    language: str, text: str, words: int
) -> None:
    """Spaced units count where words are spaced, characters by a ratio where they are not."""
    assert count_words(text, language) == words


@given(
    st.lists(st.text(st.sampled_from("aé1'’-—–… \n。狐狸きつカー々«»!_"), max_size=6)),
    st.sampled_from(PRIMARY_TAGS),
)
def test_pieces_count_as_their_whole(pieces: list[str], language: str) -> None:
    """A text counted while it grows has the words of the finished text."""
    count = WordCount(language)
    for piece in pieces:
        count = count.plus(piece)
    assert count.words == count_words("".join(pieces), language)


@given(st.text(), st.text(), st.sampled_from(["fr", "zh", "ja"]))
def test_more_text_never_has_fewer_words(text: str, more: str, language: str) -> None:
    """A count only grows."""
    assert count_words(text + more, language) >= count_words(text, language)


def test_a_length_in_words_is_given_in_characters_where_words_are_not_spaced() -> None:
    """400 words are 600 Chinese or 800 Japanese characters; elsewhere words are words."""
    assert characters_for(400, "zh-Hant") == 600
    assert characters_for(400, "ja") == 800
    assert characters_for(400, "ko") is None


@pytest.mark.parametrize("language", ["zh", "ja"])
def test_so_many_characters_have_so_many_words(language: str) -> None:
    """The length that is asked for and the words that are counted agree."""
    assert count_words("火" * (characters_for(400, language) or 0), language) == 400
