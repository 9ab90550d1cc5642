"""A text is let through whole, or stopped before it tells of its instructions."""

import base64
import codecs
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conteur.adapters.prompt_files import load_prompt_book, load_prompt_shelf
from conteur.domain.prompt import Prompt
from conteur.domain.release import leak_guard
from conteur.domain.release.leak_guard import LeakGuard, is_leak
from conteur.domain.release.watermark import normalised
from conteur.domain.release.wording import HARMLESS_WORDS
from conteur.domain.story_request import Audience, StoryRequest
from tests.domain.pieces import PLACES, pieces_of
from tests.leaks import has_mark, words_in_a_row, words_of

MARK = "9f86d081884c7d65"
REQUEST = StoryRequest("id-1", "a fox", "en")
SHELF = load_prompt_shelf("story-2", MARK)
PROMPT = SHELF.compose(REQUEST, None, None)
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

BOOK = load_prompt_book()
REFRAINS = {
    "en": "“Everyone is where they belong,” sang the owl, at stake from the first lines. Hush! ",
    "fr": "« Chacun est à sa place », dit la chouette : the light fades, and Noé sleeps. ",
}


def hiding(unseen: str) -> Callable[[str], str]:
    """Return what puts `unseen` between all letters."""
    return unseen.join


def looking_alike(letters: str, others: str) -> Callable[[str], str]:
    table = str.maketrans(letters, others)
    return lambda text: text.translate(table)


DISGUISES = {
    "zero-width spaces": hiding("\u200b"),
    "soft hyphens": hiding("\u00ad"),
    "word joiners": hiding("\u2060"),
    "fillers": hiding("\u3164"),
    "controls": hiding("\x01"),
    "marks": hiding("\u0301\u0327"),
    "one in each word": lambda text: " ".join(f"{w[:1]}\u200b{w[1:]}" for w in text.split(" ")),
    "full width": lambda text: "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else c for c in text),
    "bold": lambda text: "".join(chr(ord(c) + 0x1D3B9) if "a" <= c <= "z" else c for c in text),
    "Cyrillic": looking_alike("aceopxy", "\u0430\u0441\u0435\u043e\u0440\u0445\u0443"),
    "Greek": looking_alike("aboAE", "\u03b1\u03b2\u03bf\u0391\u0395"),
    "accents": looking_alike("aceinou", "áçéîñôü"),
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
    assert words_in_a_row(PROMPT.guarded, told) <= HARMLESS_WORDS
    assert not has_mark(MARK, out)


@pytest.mark.parametrize("disguise", DISGUISES.values(), ids=DISGUISES)
@pytest.mark.parametrize("leak", [INSTRUCTIONS[:200], MARK], ids=["words", "mark"])
@given(places=PLACES)
def test_a_disguised_leak_never_comes_out(
    disguise: Callable[[str], str], leak: str, places: list[int]
) -> None:
    """What only looks like the instructions to a reader is a leak too."""
    whole = OPENING + disguise(leak) + " And so on."
    out, leaked = let_through(pieces_of(whole, places))
    assert leaked
    assert whole.startswith(out)
    told = out[len(OPENING) :].replace(" \u200b", " ").split()
    assert len(told) <= HARMLESS_WORDS
    assert not has_mark(MARK, out)


@given(text=st.text(st.sampled_from("9f8 -\u200b\u0301ß\uff19½\u3164é")), places=PLACES)
def test_what_is_released_is_not_changed(text: str, places: list[int]) -> None:
    """Whatever is left out to compare, what is held back comes out as it was written."""
    whole = f"You are a {text} storyteller 9f86{text}; you are a storyteller{text}"
    assert let_through(pieces_of(whole, places)) == (whole, False)


@pytest.mark.parametrize("language", REFRAINS)
@pytest.mark.parametrize("audience", Audience)
@given(places=PLACES)
def test_a_story_may_do_as_it_is_told(audience: Audience, language: str, places: list[int]) -> None:
    """Refrains come out whole, and so does guidance that a story repeats word for word."""
    guide, tongue = BOOK.audiences[audience], BOOK.languages[language]
    guidance = (*BOOK.genres.values(), *BOOK.tones.values(), *BOOK.objectives.values())
    echoes = " ".join([guide.reader, guide.guidance, tongue.conventions, *guidance])
    prompt = SHELF.compose(replace(REQUEST, audience=audience, language=language), None, None)
    whole = OPENING + REFRAINS[language] * 30 + echoes + REFRAINS[language] * 30
    assert let_through(pieces_of(whole, places), prompt) == (whole, False)


@pytest.mark.parametrize(
    ("told", "rest"),
    [
        ("9f86, " * 9 + "9f8", "6d081884c7d65"),
        ("9f86\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM} You are a", INSTRUCTIONS[9:]),
        ("9f86\u200b\u200b You are a", INSTRUCTIONS[9:]),
    ],
    ids=["mark", "one that stands for many", "unseen"],
)
def test_what_was_held_back_before_makes_no_difference(told: str, rest: str) -> None:
    """After false starts of the mark, three letters of it or three words are let out again."""
    assert let_through(list(told + rest)) == (told, True)


def test_what_is_held_back_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A start of the mark with dashes after it, without end, takes the same for each piece."""
    read: list[int] = []

    def counted(text: str) -> str:
        read.append(len(text))
        return normalised(text)

    monkeypatch.setattr(leak_guard, "normalised", counted)
    assert let_through(["9f86", *["-"] * 1000]) == ("9f86" + "-" * 1000, False)
    assert sum(read) < 10_000


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
