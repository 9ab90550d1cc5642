"""Looking for the characters that were asked for."""

import pytest

from conteur.domain.quality.names import missing_names
from conteur.domain.quality.writing import letters_by_script


def missing(text: str, name: str, tag: str) -> bool:
    return missing_names(text, letters_by_script(text), [name], tag) == 1


@pytest.mark.parametrize(
    ("name", "text", "tag"),
    [
        ("Zoé", "ZOE riait.", "fr"),
        ("Zoe\u0308", "Zoë laughed.", "en"),
        ("Łukasz", "Widzę Lukasza.", "pl"),
        ("Mia", "Mias Lampe war warm.", "de"),
        ("Ours", "L'ours dormait.", "fr"),
        ("The Little Fox", "A fox came by.", "en"),
        ("Grand-père Marcel", "Marcel ne dit rien.", "fr"),
        ("Kasia", "Dał Kasi kota.", "pl"),
        ("Маша", "Я видел Машу.", "ru"),
        ("Νίκος", "Του Νίκου άρεσε.", "el"),
        ("Ahmet", "Ahmed'in evi.", "tr"),
        ("ليلى", "وليلى نامت.", "ar"),
        ("נועה", "הוא הלך לנֹועה.", "he"),
        ("मीना", "मीना हँसी।", "hi"),
        ("ミミ", "みみは ねました。", "ja"),
        ("小龍", "小龙睡了。", "zh"),
        ("민지", "민지가 웃었어요.", "ko"),
        ("R2-D2", "The robot R2 beeped.", "en"),
    ],
)
def test_a_name_is_found_in_another_spelling(name: str, text: str, tag: str) -> None:
    """Letter case, accents, endings, prefixes and variants of characters do not hide a name."""
    assert not missing(text, name, tag)


@pytest.mark.parametrize(
    ("name", "text", "tag"),
    [
        ("Mia", "The cat slept in a minute.", "en"),
        ("Paul", "Une pause, et puis rien.", "fr"),
        ("Anna", "Susanna sang.", "en"),
        ("The Fox", "The owl came by.", "en"),
        ("Маша", "Дождь пошёл.", "ru"),
        ("मीना", "मन में एक बात थी।", "hi"),
        ("ミミ", "うさぎは ねました。", "ja"),
        ("ミミ", "兎は夜、静かに寝ました。", "ja"),
        ("小龍", "小猫睡了。", "zh"),
    ],
)
def test_a_name_that_is_not_there_is_missing(name: str, text: str, tag: str) -> None:
    """What only looks like the name, or is part of another word, is not the name."""
    assert missing(text, name, tag)


@pytest.mark.parametrize(
    ("name", "text", "tag"),
    [
        ("Tom", "Том засмеялся.", "ru"),
        ("Mia", "ミアは笑った。", "ja"),
        ("太郎", "たろうは わらった。", "ja"),
        ("\N{FOX FACE}", "The fox laughed.", "en"),
        ("Tom", "", "en"),
    ],
)
def test_a_name_that_may_be_written_otherwise_is_not_looked_for(
    name: str, text: str, tag: str
) -> None:
    """A name in another script than the story may be transliterated, and kanji spelt out."""
    assert not missing(text, name, tag)
