"""Whatever a handler does, one answer leaves the edge, and the catalogue has it."""

import asyncio
import json
import math
from collections.abc import Mapping
from typing import Any, NoReturn

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from conteur.base_error import FACTS
from conteur.catalogue import failures, refusals, timeouts
from conteur.catalogue.entry import Entry
from conteur.catalogue.terms import Code
from conteur.entrypoints.callable import Call, Emit
from conteur.entrypoints.callable.protocol import HTTP_STATUS
from conteur.errors import (
    Cause,
    ConteurError,
    DeadlineError,
    InvalidFieldError,
    OpenAIError,
    OpenAIFailure,
    OutputBlockedError,
    Phase,
    SecretUnavailableError,
    StoreError,
    kinds,
    recall,
)
from tests.entrypoints.callable.conftest import STREAM, EdgeUnderTest

MEMBERS = {
    *("reason", "retryable", "retryAfterSec", "requestId", "storyId"),
    *("field", "phase", "cause", "kind"),
}
NEEDED = {"reason", "retryable", "requestId"}
CATALOGUE = {
    (entry.code, entry.reason)
    for module in (failures, refusals, timeouts)
    for entry in vars(module).values()
    if isinstance(entry, Entry)
}
FOREIGN: tuple[type[BaseException], ...] = (
    *(Exception, ValueError, KeyError, OSError, RuntimeError, StopIteration, AssertionError),
    *(RecursionError, MemoryError, BrokenPipeError, TimeoutError, asyncio.CancelledError),
    *(BaseException, SystemExit, KeyboardInterrupt, GeneratorExit),
)

CALLABLE_KINDS = [kind for kind in kinds() if not issubclass(kind, StoreError)]

texts = st.text(st.characters(), max_size=20)  # half surrogate pairs too
waits = st.none() | st.floats(0, 1e9)


def plain_errors() -> st.SearchStrategy[ConteurError]:
    special = (
        *(DeadlineError, InvalidFieldError, OpenAIError, OutputBlockedError),
        SecretUnavailableError,
    )
    plain = [kind for kind in CALLABLE_KINDS if kind not in special]
    return st.sampled_from(plain).flatmap(
        lambda kind: st.builds(kind, texts, retry_after_seconds=waits)
    )


endings = st.one_of(
    plain_errors(),
    st.builds(InvalidFieldError, texts, texts),
    st.builds(OutputBlockedError, texts, withdrawn=st.booleans()),
    st.builds(SecretUnavailableError, texts, missing=st.booleans()),
    st.builds(DeadlineError, texts, st.sampled_from(Phase), st.none() | st.sampled_from(Cause)),
    st.builds(OpenAIError, texts, st.sampled_from(OpenAIFailure), waits),
    st.builds(
        recall,
        st.sampled_from(sorted(reason for _, reason in CATALOGUE)) | texts,
        texts,
        st.dictionaries(st.sampled_from(FACTS) | st.sampled_from(sorted(MEMBERS)) | texts, texts),
    ),
    st.sampled_from(FOREIGN).flatmap(lambda kind: st.builds(kind, texts)),
)
no_json = st.sampled_from([math.nan, math.inf, b"bytes", object()])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts | no_json,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
chunks = st.lists(st.dictionaries(texts, values, max_size=2), max_size=3)


def strictly(body: bytes) -> Any:  # noqa: ANN401 - values of JSON
    def refuse(constant: str) -> NoReturn:
        raise AssertionError(f"{constant} is no JSON")

    return json.loads(body, parse_constant=refuse)


def whole(edge: EdgeUnderTest) -> dict[str, Any]:
    """Return the one answer to a whole call; its status is what its code asks for."""
    answer = edge.post(b'{"data": {}}')
    told: dict[str, Any] = strictly(answer.data)
    code = code_of(told["error"]) if "error" in told else None
    assert answer.status_code == (HTTP_STATUS[code] if code else 200)
    return told


def streamed(edge: EdgeUnderTest) -> dict[str, Any]:
    """Return the one event that ends a stream; those before it are messages."""
    answer = edge.post(b'{"data": {}}', STREAM)
    assert answer.status_code == 200
    *messages, last = [
        strictly(event.removeprefix(b"data: ")) for event in answer.data.split(b"\n\n") if event
    ]
    assert all(list(message) == ["message"] for message in messages)
    terminal: dict[str, Any] = last
    return terminal


def code_of(error: Mapping[str, Any]) -> Code:
    return Code(error["status"].lower().replace("_", "-"))


def assert_is_in_the_catalogue(error: Mapping[str, Any]) -> None:
    assert set(error) == {"status", "message", "details"}
    assert (code_of(error), error["details"]["reason"]) in CATALOGUE
    assert NEEDED <= set(error["details"]) <= MEMBERS


each_way = pytest.mark.parametrize("ask", [whole, streamed])


@each_way
@given(ending=endings, before=chunks)
def test_whatever_is_raised(
    ask: Any,  # noqa: ANN401 - parametrize knows no types
    ending: BaseException,
    before: list[dict[str, Any]],
) -> None:
    """Every error of ours, recalled or new, and any foreign one, is answered by the catalogue."""

    def handler(_call: Call, emit: Emit) -> NoReturn:
        for chunk in before:
            emit(chunk)
        raise ending

    edge = EdgeUnderTest()
    edge.handler = handler
    told = ask(edge)
    assert list(told) == ["error"]
    assert_is_in_the_catalogue(told["error"])


@each_way
@given(result=st.dictionaries(texts, values, max_size=3) | values)
@example(result={"words": math.nan})
@example(result={"clock": object()})
@example(result={"text": "\ud83e"})
def test_whatever_is_returned(
    ask: Any,  # noqa: ANN401 - parametrize knows no types
    result: Any,  # noqa: ANN401 - what JSON cannot hold is what this is about
) -> None:
    """A result arrives as it is, or is answered as an error of the catalogue."""
    edge = EdgeUnderTest()
    edge.handler = lambda _call, _emit: result
    told = ask(edge)
    assert list(told) in (["result"], ["error"])
    if "error" in told:
        assert_is_in_the_catalogue(told["error"])


@each_way
@pytest.mark.parametrize("kind", CALLABLE_KINDS)
def test_every_error_as_itself(ask: Any, kind: type[ConteurError]) -> None:  # noqa: ANN401 - parametrize knows no types
    """Each error of the tree leaves with its own code, reason and advice to retry."""
    facts = {"TIMEOUT": {"phase": "idle"}, "OPENAI_ERROR": {"kind": "outage"}}
    error = recall(kind.reason, "kept words", facts.get(kind.reason, {}))
    edge = EdgeUnderTest()
    edge.authenticator.error = error
    told = ask(edge)["error"]
    assert (code_of(told), told["message"]) == (kind.code, "kept words")
    assert told["details"].items() >= error.details().items()
