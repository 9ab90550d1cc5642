"""Reading a request: what is accepted, what it becomes, and what the app is warned of."""

import json
import unicodedata

import pytest
from hypothesis import given

from conteur.domain.languages import PRIMARY_TAGS, primary_tag
from conteur.domain.request_parser import ParsedRequest
from conteur.domain.story_request import (
    Audience,
    Character,
    Genre,
    Objective,
    StoryRequest,
    Tone,
)
from conteur.errors import InvalidFieldError
from tests.domain.requests import FULL, MADE_ID, SENT_ID, json_values, nearly_valid, parse, wish


def test_a_prompt_alone_is_a_request() -> None:
    """Everything else has the contract's default."""
    assert parse({"prompt": "A fox"}) == ParsedRequest(
        StoryRequest(
            request_id=MADE_ID,
            prompt="A fox",
            language="fr",
            audience=Audience.CHILDREN,
            words=400,
        ),
        warnings=(),
        given=frozenset({"prompt"}),
    )


def test_every_field_is_read() -> None:
    """A full request loses nothing."""
    assert parse(FULL).request == StoryRequest(
        request_id=SENT_ID,
        prompt="A fox who is afraid of the dark",
        language="fr-CA",
        audience=Audience.PRETEENS,
        genre=Genre.SCIENCE_FICTION,
        objective=Objective.SLEEP,
        tone=Tone.POETIC,
        words=250,
        characters=(Character("Mia", "curious"), Character("Noé")),
    )


@pytest.mark.parametrize("field", sorted(FULL.keys() - {"prompt"}))
def test_null_is_absent(field: str) -> None:
    """An optional field that is null takes its default without a warning."""
    assert parse(wish(**{field: None})) == parse(wish())


def test_null_is_absent_inside_objects_too() -> None:
    """Null words and null traits are the defaults."""
    sent = wish(length={"words": None}, characters=[{"name": "Mia", "traits": None}])
    assert parse(sent).request == parse(wish(characters=[{"name": "Mia"}])).request


@pytest.mark.parametrize("words", [50, 1_200, 400.0])
def test_the_length_is_a_whole_number_of_words(words: float) -> None:
    """Both bounds are in, and a float without a fraction is whole, as JavaScript has it."""
    parsed = parse(wish(length={"words": words})).request.words
    assert (parsed, type(parsed)) == (int(words), int)


def test_the_request_id_is_kept_in_lower_case() -> None:
    """A retry is found whatever the letter case of its UUID."""
    assert parse(wish(requestId=SENT_ID.upper())).request.request_id == SENT_ID


@pytest.mark.parametrize(
    "prompt",
    [
        "x",
        "é" * 2_000,
        "e\N{COMBINING ACUTE ACCENT}" * 2_000,
        "\N{FOX FACE}" * 2_000,
        "\N{MAN}\N{ZERO WIDTH JOINER}\N{ROCKET}",
        "first line\nsecond line",
    ],
)
def test_a_prompt_is_measured_in_composed_characters(prompt: str) -> None:
    """2,000 characters are allowed however many code points the keyboard made of them."""
    assert parse({"prompt": prompt}).request.prompt == unicodedata.normalize("NFC", prompt)


def test_eight_characters_with_the_longest_names_are_accepted() -> None:
    """The upper bounds of the character list are in."""
    entries = [{"name": "n" * 60, "traits": "t" * 200}] * 8
    expected = (Character("n" * 60, "t" * 200),) * 8
    assert parse(wish(characters=entries)).request.characters == expected


def test_unknown_fields_are_ignored_and_named() -> None:
    """A newer app works here, and is told what was left out."""
    entry = {"name": "Mia", "age": 7}
    parsed = parse(wish(theme="dark", length={"unit": "pages"}, characters=[entry]))
    assert parsed.request == parse(wish(characters=[{"name": "Mia"}])).request
    assert parsed.warnings == (
        "unknown field ignored: theme",
        "unknown field ignored: length.unit",
        "unknown field ignored: characters[0].age",
    )


def test_warnings_are_bounded() -> None:
    """Ten names are shown, forty characters each, and the rest is counted."""
    warnings = parse(wish(**{f"{i:03}{'x' * 100}": i for i in range(25)})).warnings
    assert warnings[9] == f"unknown field ignored: 009{'x' * 36}…"
    assert warnings[10:] == ("15 more unknown fields ignored",)


def test_a_warning_shows_only_printable_characters() -> None:
    """A name cannot carry line breaks or broken characters into a log or an answer."""
    assert parse(wish(**{"a\nb\ud800": 1})).warnings == ("unknown field ignored: a\ufffdb\ufffd",)


def outcome(data: object) -> ParsedRequest | InvalidFieldError:
    try:
        return parse(data)
    except InvalidFieldError as error:
        return error


def assert_within_contract(answer: ParsedRequest | InvalidFieldError) -> None:
    if isinstance(answer, InvalidFieldError):
        assert len(answer.message) < 300
        assert json.dumps(answer.details(), ensure_ascii=False).encode()
    else:
        assert 1 <= len(answer.request.prompt) <= 2_000
        assert 50 <= answer.request.words <= 1_200
        assert primary_tag(answer.request.language) in PRIMARY_TAGS
        assert json.dumps(answer.warnings, ensure_ascii=False).encode()


@given(json_values)
def test_arbitrary_json_is_a_request_or_an_invalid_field(data: object) -> None:
    """Nothing but InvalidFieldError ever comes out, whatever JSON comes in."""
    assert_within_contract(outcome(data))


@given(nearly_valid)
def test_a_nearly_valid_request_is_a_request_or_an_invalid_field(data: object) -> None:
    """The same holds close to the contract, where the readers go deepest."""
    assert_within_contract(outcome(data))
