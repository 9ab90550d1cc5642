"""Reading what an app asks about a user's stories: what is taken, and what is refused."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conteur.domain.data_page import page_token
from conteur.domain.library_requests import (
    DeletionRequest,
    ErasureRequest,
    ExportRequest,
    RatingRequest,
    parse_deletion,
    parse_erasure,
    parse_export,
    parse_rating,
)
from conteur.errors import InvalidFieldError
from tests.domain.requests import json_values

STORY_ID = "12345678-9abc-4def-8123-456789abcdef"
PARSERS: dict[str, tuple[Callable[[object], object], dict[str, object]]] = {
    "rate_story": (parse_rating, {"storyId": STORY_ID, "rating": 4, "reason": "a fox"}),
    "delete_story": (parse_deletion, {"storyId": STORY_ID}),
    "export_my_data": (parse_export, {"pageToken": page_token("stories/1"), "pageSize": 7}),
    "delete_my_data": (parse_erasure, {"confirm": True}),
}
NOT_TEXTS: list[object] = [0, 1.5, True, [], {}, ["x"]]
BAD_TEXTS: list[object] = ["", " \n", "x" * 501, "nul \x00", "half \ud83d", *NOT_TEXTS]
BAD_TOKENS: list[object] = ["x", "7" * 4_001, "61", page_token("../bob/stories/1"), *NOT_TEXTS]
NO_STARS: list[object] = [None, 0, 6, -1, 4.5, 10**400, True, "4", [], {}, float("nan")]
NO_IDS: list[object] = [
    *(None, "", "1", STORY_ID[:-1], STORY_ID + "0", "../" + STORY_ID, STORY_ID + "\n"),
    *NOT_TEXTS,
]
NOT_TRUE: list[object] = [None, False, 1, "true", [], {}, [True]]
NO_SIZES: list[object] = [0, 101, 1.5, True, "7"]


def bad(name: str, field: str, values: list[object]) -> list[tuple[str, dict[str, object], str]]:
    return [(name, {field: value}, field) for value in values]


BAD = [
    *bad("rate_story", "storyId", NO_IDS),
    *bad("delete_story", "storyId", NO_IDS),
    *bad("rate_story", "rating", NO_STARS),
    *bad("rate_story", "reason", BAD_TEXTS),
    *bad("export_my_data", "pageSize", NO_SIZES),
    *bad("export_my_data", "pageToken", BAD_TOKENS),
    *bad("delete_my_data", "confirm", NOT_TRUE),
]


def refusal(name: str, data: object) -> InvalidFieldError:
    parse, _ = PARSERS[name]
    with pytest.raises(InvalidFieldError) as caught:
        parse(data)
    return caught.value


def test_a_rating() -> None:
    """A rating names a story, and its reason may be left out."""
    full = {"storyId": STORY_ID.upper(), "rating": 5.0, "reason": "e\N{COMBINING ACUTE ACCENT}"}
    assert parse_rating(full) == RatingRequest(STORY_ID, 5, "é")
    assert parse_rating({**full, "reason": None}) == RatingRequest(STORY_ID, 5, "")


def test_a_deletion() -> None:
    """A deletion names a story."""
    assert parse_deletion({"storyId": STORY_ID}) == DeletionRequest(STORY_ID)


@pytest.mark.parametrize(
    "data", [None, {}, {"pageToken": None}, {"pageToken": "", "pageSize": None}]
)
def test_an_export_that_asks_for_nothing(data: object) -> None:
    """Whoever says nothing gets the first fifty documents."""
    assert parse_export(data) == ExportRequest(after="", most=50)


def test_an_export() -> None:
    """A page begins where an earlier answer said so."""
    data = {"pageToken": page_token("stories/1"), "pageSize": 100}
    assert parse_export(data) == ExportRequest("stories/1", 100)


def test_an_erasure() -> None:
    """An erasure is confirmed by true, and by nothing else."""
    assert parse_erasure({"confirm": True}) == ErasureRequest()


@pytest.mark.parametrize(("name", "change", "field"), BAD)
def test_bad_fields(name: str, change: dict[str, object], field: str) -> None:
    """Each is refused by its name, with the rule and without the value."""
    error = refusal(name, {**PARSERS[name][1], **change})
    assert error.facts == {"field": field}
    assert len(error.message) < 200


@pytest.mark.parametrize("name", sorted(PARSERS))
@pytest.mark.parametrize("data", [True, 0, "x", [], [{}]])
def test_data_must_be_an_object(name: str, data: object) -> None:
    """Anything else is refused by the field `data`."""
    assert refusal(name, data).facts["field"] == "data"


@pytest.mark.parametrize("name", sorted(set(PARSERS) - {"export_my_data"}))
@pytest.mark.parametrize("data", [None, {}])
def test_nothing_is_too_little(name: str, data: object) -> None:
    """Only an export needs no field at all."""
    assert refusal(name, data).facts["field"] in {"data", "storyId", "confirm"}


@pytest.mark.parametrize("name", sorted(PARSERS))
def test_every_request_is_looked_through(name: str) -> None:
    """Forbidden names, deep nesting and bad request ids are refused whatever else is good."""
    good = PARSERS[name][1]
    deep: object = 1
    for _ in range(100):
        deep = [deep]
    assert refusal(name, {**good, "x": {"__proto__": 1}}).facts["field"] == "x.__proto__"
    assert refusal(name, {**good, "x": deep}).facts["field"] == "data"
    assert refusal(name, {**good, "requestId": "mine"}).facts["field"] == "requestId"


@pytest.mark.parametrize("name", sorted(PARSERS))
def test_unknown_fields_are_named(name: str) -> None:
    """A newer app works here, is told what was left out, and may send its request's id."""
    parse, good = PARSERS[name]
    parsed = parse({**good, "requestId": STORY_ID, "mood": 1})
    assert parsed.warnings == ("unknown field ignored: mood",)  # type: ignore[attr-defined]


@given(st.sampled_from(sorted(PARSERS)), json_values)
def test_arbitrary_json_is_a_request_or_an_invalid_field(name: str, value: object) -> None:
    """Nothing but InvalidFieldError ever comes out, whatever JSON comes in."""
    parse, good = PARSERS[name]
    for data in (value, {**good, "mood": value}, *({**good, field: value} for field in good)):
        with suppress(InvalidFieldError):
            parse(data)
