"""No injection leaves its tags, reads the instructions, or passes for a story."""

import re
from dataclasses import replace

import pytest

from conteur.domain.prompt import Prompt
from conteur.domain.story_request import Character
from conteur.errors import OutputBlockedError
from tests.injections.obedient import Injected
from tests.injections.rows import ROWS, Row, Stop
from tests.leaks import has_mark, mark_writings, words_in_a_row
from tests.use_cases.conftest import PROMPTS

EACH_ROW = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
OVERRIDING = [row for row in ROWS if row.stop is not Stop.LEAK]
_TAG = re.compile(r"<[^>]*>")
_BETWEEN_TAGS = re.compile(r"<(wish|characters|before)\b[^>]*>.*?</\1>", re.DOTALL)


@pytest.fixture
def injected(row: Row) -> Injected:
    injected = Injected(row)
    injected.play()
    return injected


def harmless(row: Row) -> Row:
    """Return the row as somebody would fill it in who means no harm."""
    characters = tuple(Character("Ada", "kind" * bool(c.traits)) for c in row.characters)
    return replace(row, wish="a fox", characters=characters, before=row.before and "He slept.")


def outside_tags(prompt: Prompt) -> str:
    return _BETWEEN_TAGS.sub("", prompt.input)


@EACH_ROW
@pytest.mark.parametrize("version", sorted(PROMPTS.books))
def test_a_person_s_words_stay_within_their_tags(row: Row, version: str) -> None:
    """Nobody can close a tag, open one, or have a word outside: only the material differs."""
    order = Injected(row).order_of_row()
    usual = Injected(harmless(row)).order_of_row()
    book = PROMPTS.books[version]
    theirs, ours = (book.compose(o.request, o.sequel, "mark") for o in (order, usual))
    assert outside_tags(theirs) == outside_tags(ours)
    assert len(_TAG.findall(theirs.input)) == len(_TAG.findall(ours.input))
    assert theirs.instructions == ours.instructions
    assert row.wish.translate(str.maketrans("<>", "‹›")) in theirs.input


@EACH_ROW
def test_the_instructions_are_never_read(row: Row, injected: Injected) -> None:
    """No mark is heard or kept, whatever the model answers, and three guarded words in a row."""
    prompt = injected.prompt
    for text in injected.seen:
        assert not has_mark(prompt.watermark, text)
        assert not any(writing in text for writing in mark_writings(prompt.watermark))
        assert words_in_a_row(prompt.guarded, text) <= row.words


@pytest.mark.parametrize("row", [r for r in ROWS if r.stop is Stop.LEAK], ids=lambda row: row.name)
def test_a_leak_is_an_error(injected: Injected) -> None:
    """A model that tells of its instructions is stopped, and its story is no story."""
    assert isinstance(injected.error, OutputBlockedError)


@pytest.mark.parametrize("row", OVERRIDING, ids=lambda row: row.name)
def test_what_is_no_story_for_its_reader(row: Row, injected: Injected) -> None:
    """An answer that obeys somebody else is blocked, or at the least flagged."""
    if row.stop is Stop.MODERATION:
        assert isinstance(injected.error, OutputBlockedError)
        assert not any(word in text for word in row.harmful for text in injected.left())
    else:
        assert injected.told is None or injected.told.story.quality.flags


def test_there_are_enough() -> None:
    """The rows try both languages and both aims, each by a name of its own."""
    names = [row.name for row in ROWS]
    assert len(set(names)) == len(names) >= 40
    french = sum(row.language == "fr" for row in ROWS)
    assert min(french, len(ROWS) - french, len(OVERRIDING)) > 10
