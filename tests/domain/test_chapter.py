"""Stories that go on from one another."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conteur.domain.chapter import Chapter, Sequel, continued, sequel_of
from conteur.domain.story_request import Audience, Character, Genre, StoryRequest, Tone
from conteur.domain.words import WordCount

MIA, TOM = Character("Mia", "curious"), Character("Tom")
BEFORE = StoryRequest(
    request_id="before",
    prompt="a fox",
    language="en",
    audience=Audience.PRETEENS,
    genre=Genre.MYSTERY,
    tone=Tone.FUNNY,
    words=300,
    characters=(MIA,),
)
FIRST = Chapter("first", "The Fox", "Once.\n\nThere was a fox.", BEFORE, part=1, series="first")
SECOND = Chapter("second", "The Owl", "Then.\n\nAn owl came.", BEFORE, part=2, series="first")
AFTER = StoryRequest(request_id="after", prompt="and then?", language="fr", continue_from="first")


def test_what_is_not_said_is_taken_over() -> None:
    """A continuation that only says what happens is for the same reader, in the same voice."""
    told = continued(AFTER, frozenset({"prompt", "continueFrom"}), FIRST)
    assert told == replace(BEFORE, request_id="after", prompt="and then?", continue_from="first")


def test_what_is_said_counts() -> None:
    """A continuation may be in another language, for another reader, of another length."""
    given_names = frozenset({"language", "audience", "length"})
    told = continued(AFTER, given_names, FIRST)
    assert (told.language, told.audience, told.words) == ("fr", Audience.CHILDREN, 400)
    assert told.genre is Genre.MYSTERY


def test_characters_stay_and_are_joined() -> None:
    """New characters join those of the story before; one of the same name is told anew."""
    sulky = Character("Mia", "sulky")
    assert continued(replace(AFTER, characters=(TOM,)), frozenset(), FIRST).characters == (MIA, TOM)
    assert continued(replace(AFTER, characters=(sulky,)), frozenset(), FIRST).characters == (sulky,)


def test_no_more_characters_than_a_request_has() -> None:
    """Where there are too many, those who came first stay: the story is theirs."""
    crowd = tuple(Character(str(number)) for number in range(8))
    told = continued(replace(AFTER, characters=crowd), frozenset(), FIRST)
    assert told.characters == (MIA, *crowd[:7])


def test_a_sequel_has_the_text_before_it() -> None:
    """The chapters are shown in the order in which they are read."""
    assert sequel_of([SECOND, FIRST], "en", 100) == Sequel(
        part=3,
        series="first",
        title="The Owl",
        before="Once.\n\nThere was a fox.\n\nThen.\n\nAn owl came.",
    )


def test_what_there_is_no_room_for_is_left_out() -> None:
    """The end is nearest, so the beginning goes first, by whole paragraphs."""
    assert sequel_of([SECOND, FIRST], "en", 8).before == (
        "[…]\n\nThere was a fox.\n\nThen.\n\nAn owl came."
    )


def test_a_long_last_paragraph_is_cut() -> None:
    """Where not even one paragraph fits, its end is shown."""
    one = replace(FIRST, text="one two three four")
    assert sequel_of([one], "en", 2).before == "[…]\n\nthree four"


@pytest.mark.parametrize(
    ("language", "text", "shown"),
    [
        ("en", "one\ntwo three – four", "three – four"),
        ("zh", "从前有一只 狐狸。", "狸。"),
        ("fr", "Il lui dit oui.", "dit oui."),
    ],
)
def test_how_a_paragraph_is_cut(language: str, text: str, shown: str) -> None:
    """Words are told apart as they are counted; where they are not spaced, by characters."""
    before = sequel_of([replace(FIRST, text=text)], language, 2).before
    assert before == f"[…]\n\n{shown}"


def test_no_room_at_all() -> None:
    """With no words to show, no text is shown."""
    assert sequel_of([FIRST], "en", 0).before == "[…]\n\n"


@given(
    texts=st.lists(st.text("ab 狐!–\n", min_size=1), min_size=1, max_size=4),
    words=st.integers(0, 20),
    language=st.sampled_from(["en", "zh", "ja"]),
)
def test_the_text_shown_keeps_to_its_words(texts: list[str], words: int, language: str) -> None:
    """However the text is cut into paragraphs, no more words are shown than there is room for."""
    before = sequel_of([replace(FIRST, text=text) for text in texts], language, words).before
    assert WordCount(language).plus(before).words <= words
