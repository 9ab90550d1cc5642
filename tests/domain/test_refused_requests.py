"""Bad input: each kind is refused by the field that is wrong, and the error keeps it private."""

import pytest

from conteur.errors import InvalidFieldError
from tests.domain.requests import FULL, SENT_ID, parse, wish


def nested(depth: int) -> object:
    value: object = "x"
    for _ in range(depth):
        value = {"a": value}
    return value


def refusal(data: object) -> InvalidFieldError:
    with pytest.raises(InvalidFieldError) as caught:
        parse(data)
    return caught.value


NOT_TEXTS = [0, 1.5, True, [], {}, ["A fox"]]
BROKEN_TEXTS = [
    "nul \x00",
    "tab\t",
    "return\r\n",
    "escape \x1b[31m",
    "delete \x7f",
    "next line \x85",
    "high \ud83d alone",
    "low \ude00 alone",
]


@pytest.mark.parametrize("data", [None, True, 0, 1.5, "A fox", [], [{"prompt": "A fox"}]])
def test_data_must_be_an_object(data: object) -> None:
    """Anything else is refused by the field `data`."""
    assert refusal(data).facts["field"] == "data"


@pytest.mark.parametrize("prompt", [None, "", " ", " \n ", "\u200b\u2060\ufeff", *NOT_TEXTS])
def test_a_prompt_must_show_something(prompt: object) -> None:
    """A missing, empty or invisible prompt is refused, and so is one that is no text."""
    assert refusal({"prompt": prompt}).facts["field"] == "prompt"


@pytest.mark.parametrize(
    "prompt", ["x" * 2_001, "x" * 100_000, "\N{GRINNING FACE}" * 10_000, "\u0344" * 1_001]
)
def test_a_prompt_must_not_be_too_long(prompt: str) -> None:
    """More than 2,000 characters after NFC are refused, and the error says the bound."""
    assert "at most 2,000 characters" in refusal({"prompt": prompt}).message


def test_a_very_long_text_is_refused_before_it_is_normalised() -> None:
    """A long run of combining marks, which NFC sorts in quadratic time, costs nothing."""
    assert refusal({"prompt": "a" + "\u0300\u0316" * 1_000_000}).facts["field"] == "prompt"


@pytest.mark.parametrize("text", BROKEN_TEXTS)
def test_texts_must_not_be_broken(text: str) -> None:
    """Control characters and lone surrogates are refused in every text field."""
    assert refusal({"prompt": text}).facts["field"] == "prompt"
    assert refusal(wish(characters=[{"name": text}])).facts["field"] == "characters[0].name"
    entry = {"name": "Mia", "traits": text}
    assert refusal(wish(characters=[entry])).facts["field"] == "characters[0].traits"


@pytest.mark.parametrize("field", ["language", "audience", "genre", "objective", "tone"])
@pytest.mark.parametrize("value", ["klingon", "", "__class__", "x" * 1_000, *NOT_TEXTS])
def test_a_choice_must_be_one_of_the_contract(field: str, value: object) -> None:
    """Another text, or another type, is refused by its field with the choices named."""
    error = refusal(wish(**{field: value}))
    assert error.facts["field"] == field
    assert "one of" in error.message


@pytest.mark.parametrize(
    "words",
    [
        *(0, 49, 1_201, 10**9, 10**400, -400, 400.5, 1e300, float("nan"), float("inf")),
        *(True, "400", [], {}),
    ],
)
def test_the_length_must_be_50_to_1200_words(words: object) -> None:
    """Numbers outside, fractions, booleans and texts are refused."""
    assert refusal(wish(length={"words": words})).facts["field"] == "length.words"


@pytest.mark.parametrize("length", [400, "400", [], [400], True])
def test_the_length_must_be_an_object(length: object) -> None:
    """A bare number is refused too, since the contract has `length.words`."""
    assert refusal(wish(length=length)).facts["field"] == "length"


@pytest.mark.parametrize(
    "request_id",
    [
        *("", "1", SENT_ID[:-1], SENT_ID + "0", SENT_ID.replace("-", ""), "{" + SENT_ID + "}"),
        *("urn:uuid:" + SENT_ID, SENT_ID + "\n", "../" + SENT_ID, 7, True, [], {}),
    ],
)
def test_the_request_id_must_be_a_uuid(request_id: object) -> None:
    """Only the canonical form is an id, since it becomes a document's name."""
    assert refusal(wish(requestId=request_id)).facts["field"] == "requestId"


@pytest.mark.parametrize(
    ("characters", "field"),
    [
        ({}, "characters"),
        ("Mia", "characters"),
        ([{"name": "Mia"}] * 9, "characters"),
        ([None], "characters[0]"),
        (["Mia"], "characters[0]"),
        ([{"name": "Mia"}, {}], "characters[1].name"),
        ([{"name": "  "}], "characters[0].name"),
        ([{"name": "n" * 61}], "characters[0].name"),
        ([{"name": 7}], "characters[0].name"),
        ([{"name": "Mia", "traits": "t" * 201}], "characters[0].traits"),
        ([{"name": "Mia", "traits": ["kind"]}], "characters[0].traits"),
    ],
)
def test_characters_must_be_a_list_of_named_ones(characters: object, field: str) -> None:
    """The error's field leads to the very entry."""
    assert refusal(wish(characters=characters)).facts["field"] == field


@pytest.mark.parametrize("name", ["__proto__", "constructor", "prototype"])
def test_names_that_poison_javascript_objects_are_refused_anywhere(name: str) -> None:
    """Stories are read by JavaScript apps: such a name is refused at any depth."""
    assert refusal(wish(**{name: {}})).facts["field"] == name
    assert refusal(wish(length={name: 1})).facts["field"] == f"length.{name}"
    assert refusal(wish(extra=[{"deep": {name: 1}}])).facts["field"] == f"extra[0].deep.{name}"


@pytest.mark.parametrize("data", [nested(1_000), wish(extra=nested(1_000)), [[[nested(100_000)]]]])
def test_deep_nesting_is_refused(data: object) -> None:
    """Nesting past 64 levels is refused without recursion."""
    assert refusal(data).facts["field"] == "data"


@pytest.mark.parametrize("field", sorted(FULL))
def test_an_error_never_repeats_what_was_sent(field: str) -> None:
    """The text of an error names the field and the rule, never the value."""
    error = refusal({**FULL, field: "between us\x00"})
    assert error.facts["field"] == field
    assert "between us" not in f"{error.message} {error.details()}"
