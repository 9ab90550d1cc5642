"""The floor of a story's quality: what is below it, and what is not."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conteur.domain.languages import PRIMARY_TAGS
from conteur.domain.model_events import Finish
from conteur.domain.quality import assess
from conteur.domain.story_request import Audience, Character, Objective, StoryRequest
from tests.domain.counting import count_words
from tests.domain.quality.texts import (
    DECLARATION,
    STORIES,
    Told,
    judged,
    of_its_length,
    request,
    story,
)
from tests.domain.requests import any_text

FOX = story("English prose")
LOOP = "The fox ran round the old oak tree and came back to the den.\n\n"
TEXTS = any_text | st.sampled_from([told.text for told in STORIES])
REQUESTS = st.builds(
    StoryRequest,
    request_id=st.just("r"),
    prompt=st.just("A fox"),
    language=st.sampled_from([*PRIMARY_TAGS, "zh-Hant", "hi-Latn", "ru-Zzzz", "fr-CA"]),
    audience=st.sampled_from(Audience),
    objective=st.sampled_from(Objective) | st.none(),
    words=st.integers(50, 1200),
    characters=st.lists(st.builds(Character, any_text), max_size=8).map(tuple),
)


@pytest.mark.parametrize("told", STORIES, ids=lambda told: told.name)
def test_good_stories_have_no_flag(told: Told) -> None:
    """Prose, dialogue, verse, lists and refrains of all languages are above every floor."""
    quality = judged(told.text, told.request)
    assert quality.flags == ()
    assert quality.whole_ending
    assert quality.missing_names == 0


@pytest.mark.parametrize("tag", DECLARATION)
def test_other_prose_has_no_flag_either(tag: str) -> None:
    """Legal prose is no story, and its language, script, words and form are all right."""
    assert of_its_length(DECLARATION[tag], tag).flags == ()


def test_the_stories_are_of_every_language() -> None:
    """Each language of the contract has a story and an article, French and English several."""
    languages = [told.request.language.partition("-")[0] for told in STORIES]
    assert set(languages) == set(PRIMARY_TAGS) == {tag.partition("-")[0] for tag in DECLARATION}
    assert min(languages.count("fr"), languages.count("en")) >= 5


@pytest.mark.parametrize(
    ("words", "flags"), [(99, ("short",)), (100, ()), (320, ()), (321, ("long",))]
)
def test_the_length_may_be_half_to_eight_fifths(words: int, flags: tuple[str, ...]) -> None:
    """Of 200 words, 100 to 320 are above the floor."""
    asked = replace(FOX.request, words=200)
    quality = assess(FOX.text, words, Finish.STOP, asked)
    assert quality.flags == flags
    assert quality.length_ratio == words / 200


def test_a_story_that_stops_in_its_sentence_is_unfinished() -> None:
    """The last sentence's mark is what ends a story."""
    assert judged(FOX.text.rstrip("."), FOX.request).flags == ("unfinished",)


def test_a_story_that_was_cut_is_unfinished_after_a_whole_sentence_too() -> None:
    """The token limit took the story's end, whatever is left."""
    quality = judged(FOX.text, FOX.request, Finish.LENGTH)
    assert quality.whole_ending
    assert quality.flags == ("unfinished",)


@pytest.mark.parametrize(
    ("repeated", "audience", "objective", "flags"),
    [
        (3, Audience.CHILDREN, None, ()),
        (5, Audience.CHILDREN, None, ("repetitive",)),
        (12, Audience.TODDLERS, None, ()),
        (12, Audience.ADULTS, Objective.SLEEP, ()),
        (14, Audience.TODDLERS, Objective.SLEEP, ("repetitive",)),
    ],
)
def test_a_model_that_goes_round_in_circles_is_noticed(
    repeated: int, audience: Audience, objective: Objective | None, flags: tuple[str, ...]
) -> None:
    """A fifth of what is said may have been said before, and half in refrains."""
    text = f"{FOX.text}\n\n{LOOP * repeated}".strip()
    asked = request("en", count_words(text, "en"))
    assert judged(text, replace(asked, audience=audience, objective=objective)).flags == flags


def test_another_language_is_noticed() -> None:
    """A French story that was asked for in English is in another language, and named nobody."""
    told = story("French prose")
    assert of_its_length(told.text, "en").flags == ("other_language",)


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("Russian", "ar"),
        ("English prose", "el"),
        ("Simplified Chinese", "zh-Hant"),
        ("Traditional Chinese", "zh-CN"),
        ("Hindi", "hi-Latn"),
    ],
)
def test_another_script_is_noticed(name: str, language: str) -> None:
    """The script that the tag asks for, or that its language has, is that of the letters."""
    assert "other_script" in of_its_length(story(name).text, language).flags


def test_a_forgotten_character_is_noticed() -> None:
    """Each character that was asked for is to be named."""
    characters = (*FOX.request.characters, Character("Wilhelmina"))
    quality = judged(FOX.text, replace(FOX.request, characters=characters))
    assert quality.missing_names == 1
    assert quality.flags == ("missing_character",)


@pytest.mark.parametrize(("words", "flags"), [(249, ()), (250, ("one_paragraph",))])
def test_a_long_story_has_paragraphs(words: int, flags: tuple[str, ...]) -> None:
    """From 250 words on a story is more than one block."""
    block = " ".join(FOX.text.split())
    quality = assess(block, words, Finish.STOP, replace(FOX.request, words=words))
    assert quality.paragraphs == 1
    assert quality.flags == flags


def test_what_is_no_story_is_noticed() -> None:
    """A word instead of a story breaks several rules, each of which is told."""
    asked = replace(FOX.request, words=400, characters=())
    assert judged("PWNED", asked).flags == ("short", "unfinished", "no_story")


@given(TEXTS, st.integers(0, 3000), st.sampled_from(Finish), REQUESTS)
def test_any_text_and_request_give_a_quality(
    text: str, words: int, finish: Finish, asked: StoryRequest
) -> None:
    """Nothing raises, all shares are from 0 to 1, and each flag stands once."""
    quality = assess(text, words, finish, asked)
    shares = (quality.repetition, quality.language_share, quality.script_share)
    assert all(0 <= share <= 1 for share in shares)
    assert 0 <= quality.missing_names <= len(asked.characters)
    assert len(set(quality.flags)) == len(quality.flags)
