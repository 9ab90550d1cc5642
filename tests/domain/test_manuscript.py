"""From a model's stream to a title and prose."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conteur.domain.languages import PRIMARY_TAGS
from conteur.domain.manuscript import Manuscript
from conteur.domain.model_events import Finish
from tests.domain.counting import count_words
from tests.domain.model_outputs import OUTPUTS, Output

# What the stages look for, so that random texts meet it often.
FRAGMENTS = [
    *("The Fox", "# ", "**", "Title: ", "Sure! ", ":", "\n", "\n\n", "\r\n", "---", "```", "  "),
    *("<think>", "</think>", '{"title": "A", "text": "', '"}', "\\n", "The End", "THE END.", "Fin"),
    *(
        "Moral: ",
        "moral ",
        "Once upon a time",
        " ran",
        ". ",
        "?! ",
        "… and ",
        "“Stop!” ",
        " »",
        "。",
    ),
    *("\ud83d", "\ude00", "\x00", "狐狸", "」", "Dr. ", "a" * 160, " " * 70, "-" * 210),
    *("." * 20, "!" * 33, "。" * 20, "」" * 5, "*" * 70, '" ' * 40),
]
drafts = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=3), max_size=25).map("".join)
cuts = st.lists(st.integers(0, 400), max_size=20)
finishes = st.sampled_from(Finish)
by_name = pytest.mark.parametrize("output", OUTPUTS, ids=lambda output: output.name)


def cut(text: str, places: list[int]) -> list[str]:
    edges = [0, *sorted(min(place, len(text)) for place in places), len(text)]
    return [text[start:end] for start, end in pairwise(edges)]


def tell(
    pieces: list[str], target: int = 400, language: str = "en", finish: Finish = Finish.STOP
) -> tuple[Manuscript, list[str]]:
    manuscript = Manuscript(target, language)
    return manuscript, [*map(manuscript.feed, pieces), manuscript.finish(finish)]


@by_name
def test_the_story_is_found_in_what_models_write(output: Output) -> None:
    """Whatever form the model chose, the reader gets the title and the prose."""
    manuscript, _ = tell([output.raw], language=output.language)
    assert (manuscript.title, manuscript.text) == (output.title, output.text)


@by_name
def test_it_is_found_character_by_character_too(output: Output) -> None:
    """A stream of the smallest pieces gives the same title and prose."""
    manuscript, released = tell(list(output.raw), language=output.language)
    assert (manuscript.title, manuscript.text) == (output.title, output.text)
    assert "".join(released) == output.text


@given(drafts, cuts, st.integers(1, 20), st.sampled_from(PRIMARY_TAGS), finishes)
def test_the_cuts_of_a_stream_change_nothing(
    draft: str, places: list[int], target: int, language: str, finish: Finish
) -> None:
    """The same text gives the same title, prose and count however it is cut."""
    whole, _ = tell([draft], target, language, finish)
    streamed, _ = tell(cut(draft, places), target, language, finish)
    assert (streamed.title, streamed.text) == (whole.title, whole.text)
    assert streamed.words == whole.words


@given(drafts, cuts, st.integers(1, 20), st.sampled_from(PRIMARY_TAGS), finishes)
def test_what_is_released_is_exactly_the_text(
    draft: str, places: list[int], target: int, language: str, finish: Finish
) -> None:
    """The releases make the text, trimmed, encodable and counted."""
    manuscript, released = tell(cut(draft, places), target, language, finish)
    assert "".join(released) == manuscript.text == manuscript.text.strip()
    assert manuscript.words == count_words(manuscript.text, language)
    assert f"{manuscript.title}{manuscript.text}".encode("utf-8", "strict") is not None


@given(drafts, cuts)
def test_nothing_is_taken_back(draft: str, places: list[int]) -> None:
    """At every moment the text is what was released until then."""
    manuscript = Manuscript(10, "en")
    released = ""
    for piece in cut(draft, places):
        released += manuscript.feed(piece)
        assert manuscript.text == released


def test_prose_is_released_as_it_comes() -> None:
    """Once the title is known, each piece is passed on at once, but for white space at its end."""
    _, released = tell(["Nib\n\n", "Nib hid", " under", " the ", "moss.", "\n\n", "He slept."])
    assert released == ["", "Nib hid", " under", " the", " moss.", "", "\n\nHe slept.", ""]


def test_past_the_target_prose_is_released_by_sentences() -> None:
    """Three words are asked for: what follows them comes a whole sentence at a time."""
    pieces = ["Nib\n\nNib hid", " un", "der the", " moss. He", " slept", ". So", " did"]
    _, released = tell(pieces, target=3)
    assert released == ["Nib hid", " un", "der", " the moss.", "", " He slept.", "", " So did"]


def test_a_story_cut_past_its_target_ends_with_a_whole_sentence() -> None:
    """The sentence that the token limit cut is dropped, and was never shown."""
    raw = "Nib\n\nNib hid under the moss. The owl said: “Come!” Nib did not wa"
    manuscript, _ = tell([raw], target=3, finish=Finish.LENGTH)
    assert manuscript.text == "Nib hid under the moss. The owl said: “Come!”"


def test_a_story_cut_at_the_end_of_a_sentence_keeps_it() -> None:
    """A sentence that is whole stays, though nothing follows it."""
    manuscript, _ = tell(["Nib\n\nNib hid. The owl came."], target=1, finish=Finish.LENGTH)
    assert manuscript.text == "Nib hid. The owl came."


def test_a_story_cut_short_of_its_target_keeps_what_was_shown() -> None:
    """What was released cannot be taken back, whole sentence or not."""
    manuscript, _ = tell(["Nib\n\nNib hid. The owl ca"], target=400, finish=Finish.LENGTH)
    assert manuscript.text == "Nib hid. The owl ca"


def test_a_story_that_the_model_ended_is_kept_whole() -> None:
    """Only a cut story loses its last sentence: a finished one may end without a full stop."""
    manuscript, _ = tell(["Nib\n\nNib hid. Good night"], target=1)
    assert manuscript.text == "Nib hid. Good night"


def test_words_are_counted_while_the_story_grows() -> None:
    """The count follows what was released, in the language's own way."""
    manuscript = Manuscript(400, "zh")
    manuscript.feed("狐狸\n\n这是一只")
    assert manuscript.words == 3
    manuscript.feed("鸟。")
    assert manuscript.words == 4


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "!",
        " ",
        "-",
        "\n",
        "a\n",
        "a ",
        "*",
        "{",
        '{"',
        "<think>",
        "a. ",
        "\r",
        "\ud83d",
        "...",
        '." ',
    ],
)
def test_a_model_that_repeats_itself_is_read_to_its_end(piece: str) -> None:
    """Twenty thousand pieces alike are read like any others: nothing is read again and again."""
    manuscript, released = tell(["T\n\n", *[piece] * 20_000], target=5)
    assert "".join(released) == manuscript.text
