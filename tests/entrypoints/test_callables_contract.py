"""The callables' contract says what the parsers take and what the edge sends, no more or less."""

import json
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from conteur.domain.data_page import page_token
from conteur.domain.library_requests import (
    parse_deletion,
    parse_erasure,
    parse_export,
    parse_rating,
)
from conteur.domain.quota import Allowance
from conteur.domain.story_request import Audience, Genre, Objective, StoryRequest, Tone
from conteur.entrypoints.callable import protocol
from conteur.entrypoints.narration import Narration, result
from conteur.errors import (
    Cause,
    ClientGoneError,
    ConteurError,
    DeadlineError,
    InvalidFieldError,
    OpenAIError,
    OpenAIFailure,
    Phase,
    StoreError,
    StoryInterruptedError,
    StoryNotFoundError,
    kinds,
)
from conteur.use_cases.orders import Keeping, ToldStory
from tests.callables_contract import CALLABLES, CONTRACT, check, composed, requests, validator
from tests.domain.requests import FULL, SENT_ID, json_values, nearly_valid, parse, wish
from tests.stories import FINISHED

PARSERS: dict[str, Callable[[object], object]] = {
    "generate_story": parse,
    "rate_story": parse_rating,
    "delete_story": parse_deletion,
    "export_my_data": parse_export,
    "delete_my_data": parse_erasure,
}
# Nobody is answered with these: see their classes.
UNHEARD = {ClientGoneError, StoryInterruptedError}
EVERY = pytest.mark.parametrize("name", PARSERS)

CHOICES = {"audience": Audience, "genre": Genre, "objective": Objective, "tone": Tone}
EDGES: list[tuple[str, Callable[[int], object], int, int]] = [
    ("generate_story", lambda size: {"prompt": "x" * size}, 1, 2_000),
    ("generate_story", lambda size: wish(length={"words": size}), 50, 1_200),
    ("generate_story", lambda size: wish(characters=[{"name": "x"}] * size), 0, 8),
    ("generate_story", lambda size: wish(characters=[{"name": "x" * size}]), 1, 60),
    ("generate_story", lambda size: wish(characters=[{"name": "x", "traits": "x" * size}]), 0, 200),
    ("rate_story", lambda size: {"storyId": SENT_ID, "rating": size}, 1, 5),
    ("rate_story", lambda size: {"storyId": SENT_ID, "rating": 1, "reason": "x" * size}, 1, 500),
    ("export_my_data", lambda size: {"pageSize": size}, 1, 100),
]

ids = st.just(SENT_ID) | json_values
nearly_of_library = st.fixed_dictionaries(
    {"storyId": ids, "confirm": st.booleans() | json_values},
    optional={
        "requestId": ids,
        "rating": st.integers(0, 6) | st.just(4.0) | json_values,
        "reason": st.text() | json_values,
        "pageSize": st.integers(0, 101) | json_values,
        "prototype": json_values,
        "more": json_values,
    },
)


def refused(name: str, request: object) -> str | None:
    """Return the field for which the parser refuses the request; None where it takes it."""
    try:
        PARSERS[name](request)
    except InvalidFieldError as error:
        return error.facts["field"]
    return None


def sayable(value: object) -> bool:
    """Tell JSON that a schema can speak of: no half of a surrogate pair, nothing infinite."""
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        return False
    return True


def with_a_token_that_was_given(request: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return the request with a real page token for a drawn one, of which no schema knows."""
    if isinstance(request, dict) and request.get("pageToken"):
        return {**request, "pageToken": page_token("stories/1")}
    return request


def every_error() -> Iterator[ConteurError]:
    """Yield an error of each class that callables answer, and of each of its kinds."""
    for kind in kinds():
        if issubclass(kind, DeadlineError):
            yield from (kind("late", phase, cause) for phase in Phase for cause in (*Cause, None))
        elif issubclass(kind, OpenAIError):
            yield from (kind("down", each, 1.5) for each in OpenAIFailure)
        elif issubclass(kind, InvalidFieldError):
            yield kind("length.words", "must be 50 to 1,200")
        elif kind not in UNHEARD and not issubclass(kind, StoreError):
            yield kind("for a reason", retry_after_seconds=1.5) if _waits(kind) else kind("for a")


def _waits(kind: type[ConteurError]) -> bool:
    return kind.__init__ is ConteurError.__init__


@EVERY
@given(st.data())
def test_what_the_contract_allows_is_taken(name: str, data: st.DataObject) -> None:
    """The parser takes each request that is drawn from the contract."""
    request = with_a_token_that_was_given(data.draw(requests(name)))
    assert refused(name, request) is None


@EVERY
@given(request=nearly_valid | nearly_of_library | json_values)
@example(request={"prompt": "A fox", "length": {"words": 400.0}})
@example(request={"prompt": "A fox", "theme": [{"constructor": 1}]})
@example(request={"prompt": "\N{ZERO WIDTH SPACE} "})
@example(request={"prompt": "A fox", "language": "iw_IL"})
@example(request={"storyId": SENT_ID, "rating": True})
@example(request={"confirm": 1})
@example(request=None)
def test_the_contract_and_the_parser_agree(name: str, request: object) -> None:
    """Whatever is sent, the contract allows it if and only if the parser takes it."""
    sent = composed(with_a_token_that_was_given(request))
    assume(sayable(sent))
    assert validator(name, "request").is_valid(sent) == (refused(name, sent) is None)


@pytest.mark.parametrize("field", ["audience", "tone", "length", "characters", "requestId"])
@pytest.mark.parametrize("value", [7, "no such thing", {"words": 49}, [{}]])
def test_a_member_against_the_contract_is_named(field: str, value: object) -> None:
    """A good request in which one member goes against the contract is refused for that member."""
    broken = {**FULL, field: value}
    assert not validator("generate_story", "request").is_valid(broken)
    assert (refused("generate_story", broken) or "").startswith(field)


@pytest.mark.parametrize(("name", "make", "least", "most"), EDGES)
def test_the_bounds_are_the_parsers(
    name: str, make: Callable[[int], object], least: int, most: int
) -> None:
    """Each bound is in, and what is beyond it is out, for the contract and the parser."""
    for size in (max(least - 1, 0), least, most, most + 1):
        allowed = validator(name, "request").is_valid(make(size))
        assert (allowed, refused(name, make(size)) is None) == (least <= size <= most,) * 2


@pytest.mark.parametrize(("field", "kind"), CHOICES.items())
def test_the_choices_are_the_parsers(field: str, kind: type[StrEnum]) -> None:
    """The contract names each value that the parser knows, and null."""
    assert CONTRACT["$defs"]["StoryRequest"]["properties"][field]["enum"] == [*kind, None]


def test_every_callable_has_its_reasons() -> None:
    """The reasons of all callables together are those that callables can be answered with."""
    told = {reason for each in CALLABLES.values() for reason in each["reasons"]}
    assert told == {
        kind.reason for kind in kinds() if not issubclass(kind, StoreError) and kind not in UNHEARD
    }


@pytest.mark.parametrize("error", list(every_error()), ids=lambda error: error.reason)
@pytest.mark.parametrize("stream", [True, False])
def test_every_error_is_the_contracts(error: ConteurError, *, stream: bool) -> None:
    """Each error is sent as the contract says, with its kind, phase and wait."""
    sent = protocol.encode_error(error, SENT_ID, stream=stream).removeprefix(b"data: ")
    check("generate_story", "error", json.loads(sent)["error"])


@pytest.mark.parametrize("keeping", Keeping)
def test_a_result_is_the_contracts(keeping: Keeping) -> None:
    """A result has what the contract says and nothing else, wherever the story is kept."""
    told = ToldStory(SENT_ID, FINISHED, Allowance(4, FINISHED.completed), keeping=keeping)
    answer = result(told, StoryRequest(SENT_ID, "a fox", "en"), ("mood",))
    midnight = {**answer["quota"], "resetAt": "2026-01-02T00:00:00Z"}
    check("generate_story", "result", {**answer, "quota": midnight})
    with pytest.raises(jsonschema_rs.ValidationError):
        check("generate_story", "result", {**answer, "quota": midnight, "more": 1})


def test_chunks_are_the_contracts() -> None:
    """Each kind of chunk is what the contract says and nothing else."""
    chunks: list[Mapping[str, Any]] = []
    narration = Narration(chunks.append)
    narration.started(SENT_ID)
    narration.heard("Once ")
    narration.taken_back()
    narration.taken_back(blocked=True)
    for chunk in chunks:
        check("generate_story", "chunk", chunk)
        assert not validator("generate_story", "chunk").is_valid({**chunk, "more": 1})


def test_a_story_that_is_gone_is_told_by_its_id() -> None:
    """An error about a story names it."""
    details = {**StoryNotFoundError.of(SENT_ID).details(), "requestId": SENT_ID}
    assert details["storyId"] == SENT_ID
    check("rate_story", "error", {"status": "NOT_FOUND", "message": "gone", "details": details})
