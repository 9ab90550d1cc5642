"""The model keeps its pace, and answers as OpenAI's own library expects it."""

import json

import pytest
from openai import OpenAI
from openai.types.chat import ChatCompletionMessageParam

from tests.bench.conftest import PassedLoop, Wire
from tests.bench.services import Pace, Services
from tests.bench.story import is_whole
from tests.bench.upstream import Connection, Model

MESSAGES: list[ChatCompletionMessageParam] = [{"role": "user", "content": "A fox"}]


def asked(loop: PassedLoop, model: Model, **more: object) -> Wire:
    """Ask `model` for a story, in two pieces."""
    body = json.dumps({"model": "m", "messages": MESSAGES, **more}).encode()
    head = b"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body)
    connection, wire = Connection(model, loop), Wire()
    connection.connection_made(wire)
    connection.data_received(head + body[:9])
    connection.data_received(body[9:])
    return wire


def paced(first_ms: float, gap_ms: float, tokens: int) -> Model:
    model = Model()
    model.set_pace({"first_ms": first_ms, "gap_ms": gap_ms, "tokens": tokens})
    return model


def test_the_pace(loop: PassedLoop) -> None:
    """The first token comes after its time, and each later one after the gap."""
    wire = asked(loop, paced(300, 20, 3), stream=True)
    counts = []
    for seconds in (0.299, 0.001, 0.019, 0.001, 0.02):
        loop.passes(seconds)
        counts.append(len(wire.written))
    assert counts == [0, 1, 1, 2, 3]
    assert wire.written[-1].endswith(b"data: [DONE]\n\n\r\n0\r\n\r\n")


def test_a_new_pace_is_for_new_stories(loop: PassedLoop) -> None:
    """A story that has begun keeps its pace."""
    model = paced(0, 10, 3)
    wire = asked(loop, model, stream=True)
    model.set_pace({"first_ms": 0, "gap_ms": 5000, "tokens": 3})
    loop.passes(0.02)
    assert len(wire.written) == 3


def test_no_pace(loop: PassedLoop) -> None:
    """Without gaps, a story goes out in one piece."""
    wire = asked(loop, paced(0, 0, 40), stream=True)
    loop.passes(0)
    assert len(wire.written) == 1


def test_a_whole_answer_takes_as_long_as_a_stream(loop: PassedLoop) -> None:
    """An answer that is not streamed comes when the last token would have come."""
    wire = asked(loop, paced(300, 20, 3))
    loop.passes(0.339)
    assert not wire.written
    loop.passes(0.001)
    assert wire.written[0].startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.server
def test_streamed_to_the_library(surroundings: Services) -> None:
    """OpenAI's library reads the text in its pieces, the reason of the end, and the usage."""
    surroundings.pace(Pace(0, 1, 12))
    with OpenAI(api_key="no key", base_url=surroundings.environment()["OPENAI_BASE_URL"]) as client:
        chunks = list(
            client.chat.completions.create(
                model="m", messages=MESSAGES, stream=True, stream_options={"include_usage": True}
            )
        )
    texts = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert is_whole("".join(texts))
    assert len(list(filter(None, texts))) == 12
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens == 12


@pytest.mark.server
def test_whole_to_the_library(surroundings: Services) -> None:
    """OpenAI's library reads an answer that is not streamed, and each one is counted."""
    surroundings.pace(Pace(0, 0, 12))
    before = surroundings.counts()
    with OpenAI(api_key="no key", base_url=surroundings.environment()["OPENAI_BASE_URL"]) as client:
        answers = [client.chat.completions.create(model="m", messages=MESSAGES) for _ in range(2)]
    assert is_whole(answers[1].choices[0].message.content or "")
    assert (surroundings.counts() - before).upstream == 2
