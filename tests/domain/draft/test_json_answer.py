"""Stories that came as JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conteur.domain.draft.json_answer import read_json_answer

STORY = ("The Fox", "He ran.\n\nHe “slept”.")


@pytest.mark.parametrize(
    "answer",
    [
        {"title": "The Fox", "text": "He ran.\n\nHe “slept”."},
        {"title": "The Fox", "paragraphs": ["He ran.", "He “slept”."]},
        {"Titre": "The Fox", "Histoire": "He ran.\n\nHe “slept”.", "words": 4},
        {"story": {"title": "The Fox", "paragraphs": [{"text": "He ran."}, "He “slept”."]}},
        {"language": "en", "title": " The Fox ", "body": ["He ran.", "", "He “slept”. "]},
    ],
)
@pytest.mark.parametrize("ascii_only", [True, False])
def test_title_and_text_are_found(answer: object, *, ascii_only: bool) -> None:
    """The usual names are understood, nested or not, escaped or not."""
    assert read_json_answer(json.dumps(answer, ensure_ascii=ascii_only)) == STORY


@pytest.mark.parametrize(
    ("cut", "text"),
    [
        (r'{"title": "T", "text": "He ran. Th', "He ran. Th"),
        (r'{"title": "T", "text": "He ran.\n', "He ran."),
        ('{"title": "T", "text": "He ran.\\', "He ran."),
        (r'{"title": "T", "text": "He ran.\u20', "He ran."),
        (r'{"title": "T", "text": "He ran\ud83d', "He ran\ufffd"),
        (r'{"title": "T", "paragraphs": ["He ran.", ', "He ran."),
    ],
)
def test_an_answer_that_was_cut_gives_what_came(cut: str, text: str) -> None:
    """The token limit ends an answer anywhere, even inside an escape."""
    assert read_json_answer(cut) == ("T", text)


def test_an_escape_that_json_does_not_have_is_read_as_it_was_meant() -> None:
    """Models escape apostrophes, which strict JSON refuses."""
    assert read_json_answer(r'{"text": "It\'s late.\nHe ran."}') == ("", "It's late.\nHe ran.")


@pytest.mark.parametrize(
    "answer", ["{", "{}", "{Mia}", '{"title": "T"}', '{"text": ""}', '{"a":1}']
)
def test_an_object_without_a_text_is_no_answer(answer: str) -> None:
    """What has no story is left to be read as prose."""
    assert read_json_answer(answer) is None


@given(st.text(), st.lists(st.text()))
def test_any_text_survives_json(title: str, paragraphs: list[str]) -> None:
    """Quotes, backslashes and brackets in a story do not confuse the reader."""
    answer = read_json_answer(json.dumps({"title": title, "text": "x", "paragraphs": paragraphs}))
    assert answer is not None
    assert answer[1].startswith("x")
