"""The Chat Completions dialect: what is asked, and how an answer is read."""

import json

import pytest

from conteur.adapters.openai_api.chat import ChatDialect, ChatReader
from conteur.domain.model_events import Finish, Finished, Usage
from conteur.errors import (
    ConteurError,
    OpenAIError,
    OpenAIFailure,
    OpenAIRateLimitError,
    OutputBlockedError,
)
from tests.adapters.conftest import MakeTeller
from tests.adapters.events import DONE, STORY, chat_chunk
from tests.adapters.scripted_server import ScriptedServer, answer, stream


def data(chunk: bytes) -> bytes:
    return chunk.removeprefix(b"data: ").strip()


def read(*chunks: bytes) -> tuple[str, Finished]:
    reader = ChatReader("asked-model")
    text = "".join(reader.feed(data(chunk)) for chunk in chunks)
    return text, reader.finished()


def error_of(*chunks: bytes) -> ConteurError:
    with pytest.raises(ConteurError) as caught:
        read(*chunks)
    return caught.value


def test_a_whole_answer_is_text_finish_usage_and_model() -> None:
    """The deltas make the text; finish, usage and model come from what the server reports."""
    assert read(*STORY) == ("Once upon", Finished(Finish.STOP, Usage(5, 2), "told-model"))


def test_a_server_without_usage_and_model_is_understood() -> None:
    """Absent counts are zero, and the model is then the one that was asked for."""
    end = json.dumps({"choices": [{"delta": {"content": "End"}, "finish_reason": "length"}]})
    text, finished = read(end.encode(), DONE)
    assert text == "End"
    assert finished == Finished(Finish.LENGTH, Usage(), "asked-model")


@pytest.mark.parametrize(
    "chunks",
    [(), (chat_chunk("Once"),), (chat_chunk(finish="stop"),), (chat_chunk("Once"), DONE)],
    ids=["nothing", "no end", "no DONE", "no finish_reason"],
)
def test_an_answer_without_its_end_is_an_outage(chunks: tuple[bytes, ...]) -> None:
    """Without `finish_reason` and `[DONE]` an answer is cut short, never a story."""
    error = error_of(*chunks)
    assert isinstance(error, OpenAIError)
    assert error.facts["kind"] == OpenAIFailure.OUTAGE


@pytest.mark.parametrize(
    "payload",
    [
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"choices": 7}',
        b'{"choices": [7]}',
        b'{"choices": [{"delta": 7}]}',
        b'{"choices": [{"delta": {"content": 7}}]}',
        b'{"choices": [], "usage": {"prompt_tokens": "many"}}',
        b'{"choices": [], "usage": {"prompt_tokens": 1e999}}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_a_malformed_chunk_is_an_outage(payload: bytes) -> None:
    """Whatever is not a chunk of the API is an outage, and quoted nowhere."""
    error = error_of(payload)
    assert isinstance(error, OpenAIError)
    assert error.facts["kind"] == OpenAIFailure.OUTAGE


@pytest.mark.parametrize(
    "chunk",
    [chat_chunk(refusal="I would rather not"), chat_chunk("x", finish="content_filter")],
    ids=["refusal", "content filter"],
)
def test_a_refused_story_is_blocked_output(chunk: bytes) -> None:
    """A refusal and a content filter are the model's decision, not a failure."""
    assert isinstance(error_of(chunk), OutputBlockedError)


def test_an_unknown_end_is_an_outage() -> None:
    """A finish that is no story's end, such as a tool call, is never a story."""
    assert isinstance(error_of(chat_chunk(finish="tool_calls"), DONE), OpenAIError)


def test_an_error_in_the_stream_is_raised() -> None:
    """An error that comes after a status 200 is told like a refusal."""
    assert isinstance(error_of(b'{"error": {"code": 429}}'), OpenAIRateLimitError)


def test_what_is_asked_of_the_server(server: ScriptedServer, teller: MakeTeller) -> None:
    """The request has both messages, a limit, usage and streaming, and nothing about the user."""
    server.will(stream(*STORY))
    teller(ChatDialect()).tell()
    request = server.received[0]
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == "Bearer test-key"
    assert request.body == {
        "model": "asked-model",
        "messages": [
            {"role": "system", "content": "Be kind."},
            {"role": "user", "content": "A shy fox"},
        ],
        "max_completion_tokens": 100,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_an_older_server_is_asked_with_the_older_limit(
    server: ScriptedServer, teller: MakeTeller
) -> None:
    """A 400 about `max_completion_tokens` is answered with `max_tokens`, then and ever after."""
    unknown = {"error": {"param": "max_completion_tokens", "code": "unsupported_parameter"}}
    server.will(answer(400, unknown), stream(*STORY), stream(*STORY))
    asking = teller(ChatDialect())
    asking.tell()
    asking.tell()
    limits = [{k: v for k, v in r.body.items() if k.startswith("max")} for r in server.received]
    assert limits == [{"max_completion_tokens": 100}, {"max_tokens": 100}, {"max_tokens": 100}]


def test_a_strict_server_is_asked_without_all_it_does_not_know(
    server: ScriptedServer, teller: MakeTeller
) -> None:
    """Each member that a server refuses by name is left out, one by one."""
    server.will(
        answer(422, {"detail": [{"loc": ["body", "max_completion_tokens"]}]}),
        answer(422, {"detail": [{"loc": ["body", "stream_options"]}]}),
        stream(*STORY),
    )
    teller(ChatDialect()).tell()
    assert "stream_options" not in server.received[2].body
    assert server.received[2].body["max_tokens"] == 100
