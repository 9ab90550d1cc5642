"""A text is let through whole, or stopped before it tells of its instructions."""

import base64
import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conteur.adapters.prompt_files import load_prompt_shelf
from conteur.domain.prompt import Prompt
from conteur.domain.release.leak_guard import LeakGuard, is_leak
from conteur.domain.release.wording import HARMLESS_WORDS
from conteur.domain.story_request import StoryRequest
from tests.domain.pieces import PLACES, pieces_of
from tests.leaks import has_mark, words_in_a_row, words_of

MARK = "9f86d081884c7d65"
REQUEST = StoryRequest("id-1", "a fox", "en")
PROMPT = load_prompt_shelf("story-2", MARK).compose(REQUEST, None, None)
OPENING = "Once upon a time, in a wood by the sea, there was a fox who told stories. "
STORY = OPENING + (
    "“You are a storyteller,” said the owl. She let the end answer the question: who was 9f86? "
    "Nobody. "
)
INSTRUCTIONS = PROMPT.instructions.split("\n\n", 1)[1]  # without their mark
BACKWARDS = INSTRUCTIONS[::-1]
ROT13 = codecs.encode(INSTRUCTIONS, "rot13")
WORDS_BACKWARDS = " ".join(reversed(INSTRUCTIONS.split()))
LEAKS = {
    "all": PROMPT.instructions,
    "without the mark": INSTRUCTIONS,
    "the mark": MARK,
    "the mark backwards": MARK[::-1],
    "the mark spelled": " ".join(MARK),
    "base64": base64.b64encode(PROMPT.instructions.encode()).decode(),
    "hexadecimal": PROMPT.instructions.encode().hex(),
    "backwards": BACKWARDS,
    "rot13": ROT13,
    "words backwards": WORDS_BACKWARDS,
}


def let_through(pieces: list[str], prompt: Prompt = PROMPT) -> tuple[str, bool]:
    """Return what comes out, and whether it was a leak."""
    guard = LeakGuard(prompt)
    out = [guard.feed(piece) for piece in pieces]
    return "".join([*out, guard.finish()]), guard.leaked


@given(text=st.text(), places=PLACES)
def test_harmless_text_comes_out_whole(text: str, places: list[int]) -> None:
    """What is no leak is let through to its last character, however it is cut."""
    whole = STORY + text
    assert let_through(pieces_of(whole, places)) == (whole, False)


@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS)
@given(places=PLACES)
def test_a_leak_never_comes_out(leak: str, places: list[int]) -> None:
    """No mark, and at most three words in a row, come out, however the text is cut."""
    whole = OPENING + leak + " And so on."
    out, leaked = let_through(pieces_of(whole, places))
    assert leaked
    assert whole.startswith(out)
    told = out[len(OPENING) :]
    assert words_in_a_row(PROMPT.instructions, told) <= HARMLESS_WORDS
    assert not has_mark(MARK, out)


@pytest.mark.parametrize(
    "leak", [BACKWARDS, ROT13, WORDS_BACKWARDS], ids=["letters", "rot13", "words"]
)
@given(places=PLACES)
def test_a_coded_leak_stops_early(leak: str, places: list[int]) -> None:
    """Backwards or in rot13, the instructions' words are known as well: three come out."""
    out, _ = let_through(pieces_of(OPENING + leak, places))
    assert len(words_of(out[len(OPENING) :])) <= HARMLESS_WORDS


@pytest.mark.parametrize("end", ["You are a storyteller. Write", "His name was 9f86d081"])
def test_a_harmless_end_comes_out(end: str) -> None:
    """What was held back until the end, and has come to nothing, is let out then."""
    assert let_through([STORY, end]) == (STORY + end, False)


def test_the_last_word_may_make_a_leak() -> None:
    """A run that the text's last word completes is a leak too."""
    out, leaked = let_through([OPENING, "You are a storyteller. Write one original", " story"])
    assert (out, leaked) == (OPENING + "You are a", True)


def test_nothing_comes_out_after_a_leak() -> None:
    """Once a text has leaked, the rest of it is stopped too."""
    guard = LeakGuard(PROMPT)
    guard.feed(MARK)
    assert (guard.feed("Once upon a time. "), guard.finish()) == ("", "")


def test_ordinary_words_are_not_held_back() -> None:
    """A story's pieces come out as they go in."""
    guard = LeakGuard(PROMPT)
    for piece in ("Once ", "upon", " a time", ", there was ", "a f", "ox."):
        assert guard.feed(piece) == piece


def test_what_may_become_a_leak_waits_for_the_next_word() -> None:
    """Three words of the instructions hold the next one back, until another follows."""
    guard = LeakGuard(PROMPT)
    out = [guard.feed(piece) for piece in ("You are a ", "story", "teller ", "who ", "sings.")]
    assert out == ["You are a", "", "", " storyteller who ", "sings."]


def test_what_may_become_the_mark_waits_for_the_next_letter() -> None:
    """Four letters of the mark hold on to what follows, until it is another."""
    guard = LeakGuard(PROMPT)
    assert [guard.feed(piece) for piece in "a 9f86x"] == ["a", " ", "9", "f", "8", "", "6x"]


def test_a_mark_that_begins_within_itself() -> None:
    """Where one start of the mark comes to nothing, another that began meanwhile still counts."""
    prompt = Prompt("Be kind.", "", 10, "v1", watermark="abababababcd")
    assert let_through(list("ababababababcd"), prompt)[1]
    out, _ = let_through(list("zzabababababababcd"), prompt)
    assert "abababababcd" not in out


def test_a_whole_text() -> None:
    """A title is looked at as a whole."""
    assert is_leak(PROMPT, f"The Secret of {MARK}")
    assert not is_leak(PROMPT, "The Fox")


def test_without_instructions() -> None:
    """A prompt without words or mark has nothing to leak."""
    assert not is_leak(Prompt("", "", 1, "v1"), PROMPT.instructions)
