"""Telling languages and scripts apart."""

import re

import pytest

from conteur.domain.quality.function_words import FUNCTION_WORDS
from conteur.domain.quality.language import language_share
from conteur.domain.quality.writing import letters_by_script, script_share, scripts_of
from tests.domain.quality.texts import BY_LANGUAGE, DECLARATION, story

SPACED = sorted(FUNCTION_WORDS)
FLOOR = 0.6


def share(text: str, tag: str) -> float:
    return language_share(text, letters_by_script(text), tag)


def taken_for(text: str) -> set[str]:
    return {tag for tag in SPACED if share(text, tag) >= FLOOR}


@pytest.mark.parametrize("tag", SPACED)
def test_an_article_is_in_its_language_alone(tag: str) -> None:
    """Eighteen languages that share two scripts are told apart, sisters too."""
    assert taken_for(DECLARATION[tag]) == {tag}


@pytest.mark.parametrize("tag", [tag for tag in BY_LANGUAGE if tag.partition("-")[0] in SPACED])
def test_a_story_is_in_its_language_alone(tag: str) -> None:
    """A story of eighty words is enough; of Danish and Norwegian either may pass for the other."""
    sisters = {"da", "nb"} if tag in ("da", "nb") else set()
    assert {tag.partition("-")[0]} <= taken_for(BY_LANGUAGE[tag].text)
    assert taken_for(BY_LANGUAGE[tag].text) <= {tag.partition("-")[0]} | sisters


@pytest.mark.parametrize(("asked", "told"), [("ja", "zh"), ("zh", "ja"), ("ko", "ja")])
def test_languages_of_eastern_asia_are_told_by_their_letters(asked: str, told: str) -> None:
    """Japanese has kana, Chinese has none, Korean has its own."""
    assert share(DECLARATION[told], asked) < FLOOR <= share(DECLARATION[asked], asked)


def test_a_story_that_changes_its_language_is_in_it_by_half() -> None:
    """What is told by windows counts what the other language takes."""
    text = f"{DECLARATION['fr']}\n\n{DECLARATION['de']}"
    assert 0.3 < share(text, "fr") < 0.7
    assert 0.3 < share(text, "de") < 0.7


def test_a_few_words_cannot_be_told() -> None:
    """Thirty-nine words say nothing of their language, forty do."""
    words = re.findall(r"[^\W\d_]+", story("French prose").text)
    assert share(" ".join(words[:39]), "hu") == 1.0
    assert share(" ".join(words[:40]), "hu") == 0.0


def test_names_and_cries_of_elsewhere_change_nothing() -> None:
    """A quarter of foreign words leaves a story in its language."""
    told = story("English prose").text
    assert share(f"{told} Der Wolf und die sieben Geißlein! Ist das nicht schön?", "en") >= FLOOR


def test_a_language_in_a_script_that_is_not_its_own_is_not_told() -> None:
    """Hindi in Latin letters is known by its letters alone."""
    text = DECLARATION["en"]
    assert share(text, "hi-Latn") == 1.0
    assert script_share(text, letters_by_script(text), "hi-Latn") == 1.0


@pytest.mark.parametrize(
    ("tag", "scripts"),
    [
        ("fr-CA", ("Latn",)),
        ("zh-Hant-TW", ("Hani",)),
        ("ja-Jpan", ("Kana", "Hani")),
        ("uk-Latn", ("Latn",)),
        ("fr-Dsrt", ()),
    ],
)
def test_the_scripts_of_a_tag(tag: str, scripts: tuple[str, ...]) -> None:
    """The tag's own script wins over its language's; one that is not known is not told."""
    assert scripts_of(tag) == scripts


@pytest.mark.parametrize("tag", DECLARATION)
def test_nearly_all_letters_are_of_the_language_s_script(tag: str) -> None:
    """Every text has the script that its tag asks for."""
    text = DECLARATION[tag]
    assert script_share(text, letters_by_script(text), tag) > 0.95


def test_latin_names_leave_japanese_japanese() -> None:
    """Names in Latin letters are a small part of a story in another script."""
    text = story("Japanese").text.replace("老人", "Captain")
    assert script_share(text, letters_by_script(text), "ja") > 0.7
